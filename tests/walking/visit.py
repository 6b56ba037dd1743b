"""One visit to a state: what it does with its input, what it gives on, and where it leads."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.simulated.clock import Clock
from tests.walking.errors import Failure, StateError, query_error
from tests.walking.expressions import Scope, filled
from tests.walking.record import Record

Template = dict[str, Any]
"""A state, or one of its choices or catchers: whatever has Assign and Output."""
Steps = Iterator[timedelta]
"""Each time the walk stands still: for how long it has to."""


@dataclass
class Visit:
    """`output` and `next` are known when it has been walked through; `next` is None where all ends."""

    name: str
    state: dict[str, Any]
    given: Any
    context: dict[str, Any]
    variables: dict[str, Any]
    clock: Clock
    record: Record
    output: Any = None
    next: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    def walk(self) -> Steps:
        """Raises StateError, or Failure in a Fail state."""
        yield from getattr(self, f"_{self.state['Type'].lower()}")()

    def filled(self, template: Any, **extra: Any) -> Any:
        """A template with what is there to be named. Raises States.QueryEvaluationError."""
        states = {"input": self.given, "context": self.context, **extra}
        try:
            return filled(template, Scope(states, self.variables, self.clock.stamp))
        except StateError as error:
            raise self._failed(error) from error

    def _failed(self, error: StateError) -> StateError:
        """Tells of it in the history."""
        details = {"error": error.error, "cause": error.cause, "state": self.name}
        self.record.add("EvaluationFailed", evaluationFailedEventDetails=details)
        return error

    def leave(self, by: Template, to: str | None, default: Any, **extra: Any) -> None:
        """Goes on by a template. All of its Assign sees the variables as they were before."""
        assigned = self.filled(by.get("Assign", {}), **extra)
        self.output = self.filled(by["Output"], **extra) if "Output" in by else default
        self.variables.update(assigned)
        self.next = to

    def _pass(self) -> Steps:
        self.leave(self.state, self.state.get("Next"), self.given)
        yield from ()

    def _succeed(self) -> Steps:
        self.leave(self.state, None, self.given)
        yield from ()

    def _fail(self) -> Steps:
        told = [self._text(field) for field in ("Error", "Cause")]
        yield from ()
        raise Failure(*told)

    def _text(self, name: str) -> str | None:
        text = self.filled(self.state.get(name))
        if (text is not None and not isinstance(text, str)) or (text is None and name in self.state):
            raise query_error(f"{name} is no text: {text!r}")
        return text

    def _choice(self) -> Steps:
        for rule in self.state["Choices"]:
            holds = self.filled(rule["Condition"])
            if not isinstance(holds, bool):
                raise self._failed(query_error(f"It is neither true nor false: {rule['Condition']}"))
            if holds:
                self.leave(rule, rule["Next"], self.given)
                break
        else:
            if "Default" not in self.state:
                raise StateError("States.NoChoiceMatched", f"No choice of {self.name} holds")
            self.leave(self.state, self.state["Default"], self.given)
        yield from ()

    def _wait(self) -> Steps:
        if "Seconds" in self.state:
            seconds = self.filled(self.state["Seconds"])
            if isinstance(seconds, bool) or not isinstance(seconds, int) or not 0 <= seconds <= 99_999_999:
                raise self._failed(query_error(f"Seconds are a whole number from 0 on: {seconds!r}"))
            yield timedelta(seconds=seconds)
        else:
            until = datetime.fromisoformat(self.filled(self.state["Timestamp"]))
            yield max(until - self.clock.now(), timedelta(0))
        self.leave(self.state, self.state.get("Next"), self.given)
