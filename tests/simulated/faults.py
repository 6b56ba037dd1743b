"""What AWS refuses now and then, on request of a test: throttling, an exhausted quota, half a batch."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.simulated.refusal import Refusal

When = Callable[[dict[str, Any]], bool]


@dataclass
class _Fault:
    """`left` is how often it will still happen; None: until it is cleared."""

    code: str
    when: When
    left: int | None
    message: str = ""
    status: int = 400
    fields: dict[str, Any] = field(default_factory=dict)

    def happens(self, subject: dict[str, Any]) -> bool:
        if self.left == 0 or not self.when(subject):
            return False
        if self.left is not None:
            self.left -= 1
        return True


class Faults:
    """All of them stay until they have happened `times` times, or are cleared.

    `when` sees a call's parameters, or the entry or key that it is about. Threads make calls in an order
    of their own: a `when` that looks at names says more surely than `times` which call it is.
    """

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self._calls: dict[str, list[_Fault]] = {}
        self._entries: dict[str, list[_Fault]] = {}

    def refuse(
        self,
        operation: str,
        code: str = "ThrottlingException",
        *,
        message: str = "Rate exceeded",
        times: int | None = None,
        when: When = lambda _: True,
        status: int = 400,
        **fields: Any,
    ) -> None:
        """A whole call, which has no effect. `fields` go into the answer (CancellationReasons=[…])."""
        self._calls.setdefault(operation, []).append(_Fault(code, when, times, message, status, fields))

    def fail_entries(
        self,
        operation: str,
        code: str = "InternalError",
        *,
        times: int | None = None,
        when: When = lambda _: True,
    ) -> None:
        """Entries of a batch: SendMessageBatch, DeleteMessageBatch, ChangeMessageVisibilityBatch."""
        self._entries.setdefault(operation, []).append(_Fault(code, when, times))

    def leave_unprocessed(self, *, times: int | None = None, when: When = lambda _: True) -> None:
        """Keys of BatchGetItem, which come back as UnprocessedKeys."""
        self.fail_entries("BatchGetItem", times=times, when=when)

    def check(self, operation: str, sent: dict[str, Any]) -> None:
        """Raises what the call is refused with."""
        for fault in self._calls.get(operation, ()):
            if fault.happens(sent):
                raise Refusal(fault.code, fault.message, status=fault.status, **fault.fields)

    def of_entry(self, operation: str, entry: dict[str, Any]) -> str | None:
        """The code that an entry fails with, if it does."""
        for fault in self._entries.get(operation, ()):
            if fault.happens(entry):
                return fault.code
        return None
