"""Watches the AWS calls that the product makes, and breaks off at one of them, as a crash would."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any, Literal

import boto3
import botocore.session
from botocore.exceptions import ConnectionClosedError
from botocore.loaders import create_loader
from botocore.model import OperationModel

Break = Literal["crash before", "crash after", "answer lost"]
BREAKS: tuple[Break, ...] = ("crash before", "crash after", "answer lost")
"""The function dies before the call had its effect, or after it, and calls nothing more; or it lives, and
sees a broken connection although the call had its effect."""


MODELS = create_loader()


class Crash(BaseException):
    """The end of the process: nothing in the product may catch it."""


def new_session() -> botocore.session.Session:
    """A botocore session with none of the machine's state but the service models, which take long to read."""
    session = botocore.session.Session()
    session.register_component("data_loader", MODELS)
    return session


class Wire:
    """Every call of every client of boto3's default session, which is where the product's come from."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self._planned: tuple[int, Break | Callable[[], object]] | None = None
        self._crashed = False
        self._lock = Lock()
        boto3.setup_default_session(botocore_session=new_session())
        events = boto3._get_default_session().events
        events.register("before-parameter-build", self._before)
        events.register("after-call", self._after)

    @contextmanager
    def breaking(self, call: int, how: Break) -> Iterator[None]:
        """Breaks at one call, counted from 0 from here on; says so where it was never reached."""
        with self._plan(call, how):
            yield

    @contextmanager
    def meanwhile(self, call: int, happens: Callable[[], object]) -> Iterator[None]:
        """Lets something else happen just before one call, as if it ran at the same time."""
        with self._plan(call, happens):
            yield

    def restart(self) -> None:
        """After a crash: what calls from now on is another process."""
        self._crashed = False

    @contextmanager
    def _plan(self, call: int, planned: Break | Callable[[], object]) -> Iterator[None]:
        self.calls.clear()
        self._planned = (call, planned)
        try:
            yield
        finally:
            self._planned = None
            self._crashed = False
        assert len(self.calls) > call, f"there was no call {call}, only {self.calls}"

    def _before(self, model: OperationModel, context: dict[str, Any], **_: Any) -> None:
        if self._crashed:
            raise Crash(f"{model.name} after the crash")
        with self._lock:
            context["call"] = len(self.calls)
            self.calls.append(f"{model.service_model.service_name}:{model.name}")
        planned = self._planned_for(context)
        if planned == "crash before":
            self._crashed = True
            raise Crash(self.calls[-1])
        if callable(planned):
            self._planned = None
            planned()

    def _after(self, context: dict[str, Any], **_: Any) -> None:
        planned = self._planned_for(context)
        if planned == "crash after":
            self._crashed = True
            raise Crash(self.calls[context["call"]])
        if planned == "answer lost":
            raise ConnectionClosedError(endpoint_url="https://aws.invalid")

    def _planned_for(self, context: dict[str, Any]) -> Break | Callable[[], object] | None:
        return self._planned[1] if self._planned and self._planned[0] == context["call"] else None
