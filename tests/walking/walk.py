"""One execution, walked state by state: `step()` goes through one state, or tries a Task once more."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from tests.simulated.executions import Execution
from tests.simulated.simulation import Simulation
from tests.simulated.state_machines import ROLE
from tests.walking.errors import Abort, Failure, Gone, StateError
from tests.walking.expressions import moment
from tests.walking.record import Record, fits, text_of
from tests.walking.retries import Jitter
from tests.walking.task_visit import TaskVisit
from tests.walking.tasks import StandIns
from tests.walking.visit import Visit

YEAR = 365 * 24 * 3600
"""How long an execution may be open at all, in seconds."""

LookOn = Callable[["Walk", str, int | None], None]
"""Told of a walk before each state, and of each attempt at a Task, from 0 on. It may raise Abort."""


class Walk:
    """`state` is where it is, `due_at` when it goes on, `visits` how often it has come to each state."""

    def __init__(
        self,
        simulation: Simulation,
        execution: Execution,
        definition: dict[str, Any],
        *,
        stand_ins: StandIns,
        jitter: Jitter,
        before: LookOn,
    ) -> None:
        self.execution = execution
        self.state = definition["StartAt"]
        self.due_at = execution.started_at
        self.visits: dict[str, int] = {}
        self.variables: dict[str, Any] = {}
        self.record = Record(execution, simulation.world.clock)
        self._simulation = simulation
        self._clock = simulation.world.clock
        self._definition = definition
        self._task = {"simulation": simulation, "stand_ins": stand_ins, "jitter": jitter}
        self._before = before
        self._steps = self._through()

    @property
    def is_over(self) -> bool:
        return self.execution.status != "RUNNING"

    @property
    def ends_at(self) -> datetime:
        """When it times out."""
        return self.execution.started_at + timedelta(
            seconds=self._definition.get("TimeoutSeconds", 31_536_000)
        )

    def step(self) -> bool:
        """Waits until it is due, and goes on. False: it is over."""
        if self.is_over:
            return False
        self._wait()
        if self._clock.now() >= self.ends_at:
            self.record.end("TIMED_OUT")
            return False
        try:
            self.due_at = self._clock.now() + next(self._steps)
        except StopIteration as done:
            self.record.end("SUCCEEDED", output=done.value)
        except Abort:
            self.record.end("ABORTED")
        except (StateError, Failure) as why:
            self.record.end("FAILED", why=why)
        except Gone:
            pass
        return not self.is_over

    def _wait(self) -> None:
        left = min(self.due_at, self.ends_at) - self._clock.now()
        if left > timedelta(0):
            self._clock.move(left)

    def _through(self) -> Any:
        given, execution = json.loads(self.execution.input), self._told()
        while True:
            visit = self._visit(given, execution)
            self.visits[self.state] = self.visits.get(self.state, 0) + 1
            self._before(self, self.state, None)
            kind = visit.state["Type"]
            self.record.enter(self.state, kind, text_of(given))
            yield from visit.walk()
            output = fits(text_of(visit.output), "output")
            self.record.exit(self.state, kind, output)
            if visit.next is None:
                return output
            self.state, given = visit.next, visit.output
            yield timedelta(0)

    def _visit(self, given: Any, execution: dict[str, Any]) -> Visit:
        name, state = self.state, self._definition["States"][self.state]
        entered = {"Name": name, "EnteredTime": moment(self._clock.stamp), "RetryCount": 0}
        common = {
            "name": name,
            "state": state,
            "given": given,
            "context": {**execution, "State": entered},
            "variables": self.variables,
            "clock": self._clock,
            "record": self.record,
        }
        if state["Type"] == "Task":
            return TaskVisit(**common, **self._task, before=lambda attempt: self._before(self, name, attempt))
        return Visit(**common)

    def _told(self) -> dict[str, Any]:
        """The context object, without the state."""
        execution = self.execution
        return {
            "Execution": {
                "Id": execution.arn,
                "Input": json.loads(execution.input),
                "Name": execution.name,
                "RoleArn": ROLE,
                "StartTime": moment(execution.started_at),
                "RedriveCount": execution.redrive_count,
            },
            "StateMachine": {"Id": execution.machine.arn, "Name": execution.machine.name},
        }
