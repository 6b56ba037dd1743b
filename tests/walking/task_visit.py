"""A visit to a Task: its attempts, and what becomes of an error."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.simulated.simulation import Simulation
from tests.walking.errors import StateError
from tests.walking.record import fits, text_of
from tests.walking.retries import Jitter, Retriers, means
from tests.walking.tasks import RESOURCES, StandIns, check_time
from tests.walking.visit import Steps, Visit


@dataclass
class TaskVisit(Visit):
    """`before` is told of each attempt, counted from 0; it may raise Abort."""

    simulation: Simulation | None = None
    stand_ins: StandIns | None = None
    jitter: Jitter = lambda longest: longest
    before: Callable[[int], None] = lambda _: None

    def walk(self) -> Steps:
        retriers, attempt = Retriers(self.state, self.jitter), 0
        while True:
            try:
                return self._attempt(attempt)
            except StateError as error:
                delay = retriers.delay(error.error)
                if delay is None:
                    return self._caught(error)
            yield timedelta(seconds=delay)
            attempt += 1
            self.record.transitions += 1
            self.context["State"]["RetryCount"] = attempt

    def _attempt(self, attempt: int) -> None:
        self.before(attempt)
        result = self._called(self.filled(self.state["Arguments"]))
        self.leave(self.state, self.state.get("Next"), result, result=result)

    def _called(self, arguments: dict[str, Any]) -> Any:
        type, resource, call = RESOURCES[self.state["Resource"]]
        named = {"resourceType": type, "resource": resource}
        self.record.add("TaskScheduled", taskScheduledEventDetails=named)
        self.record.add("TaskStarted", taskStartedEventDetails=named)
        assert self.simulation is not None
        began = self.clock.stamp
        try:
            result = call(self.simulation, self.stand_ins or {}, arguments)
            check_time(began, self.clock.stamp, self.state)
            text = fits(text_of(result), "result")
        except StateError as error:
            kind = "TimedOut" if error.error == "States.Timeout" else "Failed"
            details = {f"task{kind}EventDetails": {**named, "error": error.error, "cause": error.cause}}
            self.record.add(f"Task{kind}", **details)
            raise
        self.record.add("TaskSucceeded", taskSucceededEventDetails={**named, "output": text})
        return result

    def _caught(self, error: StateError) -> None:
        for catcher in self.state.get("Catch", []):
            if means(catcher["ErrorEquals"], error.error):
                self.leave(catcher, catcher["Next"], error.output, errorOutput=error.output)
                return
        raise error
