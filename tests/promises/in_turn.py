"""Lets calls that the product makes side by side be made one after the other, in the same thread.

Threads that come and go take half of the time of a life, and one that is told again would not be the same.
The interruptions in `tests/handlers` and `tests/e2e` have real threads.
"""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

import pytest


class InTurn(Executor):
    """Stands in for a ThreadPoolExecutor."""

    def __init__(self, _most_at_once: int) -> None:
        super().__init__()

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Makes the call before it returns."""
        called: Future[Any] = Future()
        try:
            called.set_result(function(*args, **kwargs))
        except BaseException as error:  # noqa: BLE001 - as a thread does
            called.set_exception(error)
        return called


def in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Does so for the modules of the spool until the test ends."""
    for module in ("starts", "in_hand", "scan"):
        monkeypatch.setattr(f"stepkeeper.spool.{module}.ThreadPoolExecutor", InTurn)
