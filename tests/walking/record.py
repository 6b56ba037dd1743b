"""The history of one execution: its events as AWS counts them, and the state transitions."""

import json
from typing import Any

from tests.simulated.clock import Clock
from tests.simulated.executions import Execution
from tests.walking.errors import Failure, Gone, StateError

MOST_EVENTS = 25_000
"""With the one that ends the execution (Step Functions Developer Guide, service quotas)."""
MOST_BYTES = 262_144
"""Of the input, the result or the output of a state."""


text_of = json.JSONEncoder(ensure_ascii=False).encode
"""A value as it is written into the history."""


class Record:
    """`transitions` are the states entered and the attempts repeated, which is what AWS bills."""

    def __init__(self, execution: Execution, clock: Clock) -> None:
        self._execution = execution
        self._clock = clock
        self.transitions = 0

    @property
    def events(self) -> int:
        return len(self._execution.history)

    def add(self, type: str, **details: Any) -> None:
        """Raises Gone where somebody has ended the execution, and Failure where there is no room left."""
        if self._execution.status != "RUNNING":
            raise Gone
        if self.events >= MOST_EVENTS - 1:
            told = f"The execution reached the maximum number of history events ({MOST_EVENTS})."
            raise Failure("States.Runtime", told)
        self._execution.add_event(type, self._clock.stamp, **details)

    def enter(self, name: str, kind: str, given: str) -> None:
        self.transitions += 1
        self.add(f"{kind}StateEntered", stateEnteredEventDetails={"name": name, "input": given})

    def exit(self, name: str, kind: str, output: str) -> None:
        self.add(f"{kind}StateExited", stateExitedEventDetails={"name": name, "output": output})

    def end(self, status: str, *, output: str | None = None, why: StateError | Failure | None = None) -> None:
        """The execution is over, if nobody else has ended it."""
        if self._execution.status == "RUNNING":
            error, cause = (why.error, why.cause) if why else (None, None)
            self._execution.close(status, self._clock.stamp, output=output, error=error, cause=cause)


def fits(text: str, what: str) -> str:
    """Raises States.DataLimitExceeded."""
    if len(text) > MOST_BYTES // 4 and len(text.encode()) > MOST_BYTES:
        message = f"The {what} has more than {MOST_BYTES} bytes"
        raise StateError("States.DataLimitExceeded", message)
    return text
