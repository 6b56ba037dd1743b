"""Watches the HTTP requests of Google's client, and breaks off at one of them, as tests/wire.py does."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from tests.wire import Break, Crash

NAMES = {"token": "token", "jobs": "jobs", "queries": "results"}


class Http:
    """Every request to the local BigQuery and its token endpoint."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls: list[str] = []
        self._planned: tuple[int, Break] | None = None
        self._send = requests.Session.send
        monkeypatch.setattr(requests.Session, "send", lambda *args, **kwargs: self._sent(*args, **kwargs))

    @contextmanager
    def breaking(self, call: int, how: Break) -> Iterator[None]:
        """Breaks at one request, counted from 0 from here on; says so where it was never reached."""
        self.calls.clear()
        self._planned = (call, how)
        try:
            yield
        finally:
            self._planned = None
        assert len(self.calls) > call, f"there was no request {call}, only {self.calls}"

    def _sent(self, session: requests.Session, request: Any, **options: Any) -> requests.Response:
        parts = urlsplit(request.url).path.split("/")
        name = next((NAMES[part] for part in parts if part in NAMES), None)
        if name is None:
            return self._send(session, request, **options)
        number = len(self.calls)
        self.calls.append(f"{request.method} {name}")
        how = self._planned[1] if self._planned and self._planned[0] == number else None
        if how == "crash before":
            raise Crash(self.calls[-1])
        answer = self._send(session, request, **options)
        if how == "crash after":
            raise Crash(self.calls[number])
        if how == "answer lost":
            raise requests.ConnectionError("the answer was lost")
        return answer
