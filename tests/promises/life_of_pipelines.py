"""Pipelines run, and fail, and succeed; people change them.

Each rule is one thing that happens. What it draws does not depend on the world, in which threads may do
things in another order the next time: a number stands for one of what there is, or for nothing.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.promises.disturbances import NOTHING, Disturbance, disturbances, go
from tests.promises.stage import Stage
from tests.simulated.clock import START
from tests.simulated.executions import Execution
from tests.simulated.simulation import Simulation

T = TypeVar("T")

FIRST_LOOK_BACK = timedelta(minutes=50)
"""Less than the reconciler looks back where it has not been before."""

NUMBERS = st.integers(0, 7)
ENDS = st.sampled_from(["FAILED", "FAILED", "FAILED", "TIMED_OUT", "ABORTED"])
NAMES = ("first", "second")
INPUTS: tuple[Any, ...] = ({"order": 1}, {"order": "\U0001f363", "lines": [1.5, None]}, "text", None)


class Event(NamedTuple):
    """On its way to the error spooler, in a request that Lambda repeats when it breaks off."""

    request: str
    content: dict[str, Any]
    tried: int = 0


def pick(among: Sequence[T], number: int) -> list[T]:
    """One of what there is, if there is any."""
    return [among[number % len(among)]] if among else []


class LifeOfPipelines(RuleBasedStateMachine):
    """`events` are on their way; the runs of `guarded` are told of by a Catch as well."""

    def __init__(self, simulation: Simulation) -> None:
        super().__init__()
        self.simulation = simulation
        self.stage = Stage(simulation)
        self.events: list[Event] = []
        self.names = 0
        self.told_until = START + FIRST_LOOK_BACK

    @initialize(seed=st.integers(0, 999))
    def begin(self, seed: int) -> None:
        """Up to two failures wait already."""
        self.stage = Stage(self.simulation, seed)
        for name in NAMES[: seed % 3]:
            self.tell(self.fail(self.stage.start(self.stage.without, name), "FAILED", NOTHING))

    @rule(guarded=st.booleans(), status=ENDS, number=NUMBERS, told=st.booleans(), disturbance=disturbances())
    def a_run_fails(
        self, guarded: bool, status: Any, number: int, told: bool, disturbance: Disturbance
    ) -> None:
        """And is told of, or the event is still on its way."""
        self.names += 1
        machine = self.stage.with_catch if guarded else self.stage.without
        if self.is_there(machine):
            run = self.stage.start(machine, f"run-{self.names}", INPUTS[number % len(INPUTS)])
            event = self.fail(run, status, disturbance)
            if told:
                self.tell(event)

    @rule(number=NUMBERS, status=ENDS, told=st.booleans(), disturbance=disturbances())
    def it_fails_again(self, number: int, status: Any, told: bool, disturbance: Disturbance) -> None:
        for run in pick(self.stage.running(), number):
            event = self.fail(run, status, disturbance)
            if told:
                self.tell(event)

    @rule()
    def all_fail_again(self) -> None:
        for run in self.stage.running():
            self.tell(self.fail(run, "FAILED", NOTHING))

    @rule(number=NUMBERS)
    def it_succeeds(self, number: int) -> None:
        for run in pick(self.stage.running(), number):
            self.stage.end(run, "SUCCEEDED")

    @rule(guarded=st.booleans())
    def a_definition_changes(self, guarded: bool) -> None:
        machine = self.stage.with_catch if guarded else self.stage.without
        if self.is_there(machine):
            self.stage.world.step_functions.update_machine(machine)

    @rule()
    def a_machine_that_was_deleted_is_made_again(self) -> None:
        if not self.is_there(self.stage.without):
            self.stage.world.step_functions.add_machine("nightly-orders")
            # The reconciler may never have seen it.
            now = self.stage.world.clock.now()
            self.told_until = min(self.told_until, now + FIRST_LOOK_BACK)

    def fail(self, run: Execution, status: Any, disturbance: Disturbance) -> Event:
        """Its Catch tells first, where it has one that sees it; whatever comes of that, its event is sent."""
        if run.machine.arn == self.stage.with_catch and status == "FAILED":
            caught = self.stage.catch(run)
            go(self.stage, lambda: self.simulation.invoke("error_spooler", caught), disturbance)
            told = self.stage.end_caught(run)
        else:
            told = self.stage.end(run, status)
        self.events.append(Event(told["id"], told))
        return self.events[-1]

    def tell(self, event: Event) -> Any:
        return self.simulation.invoke("error_spooler", event.content, request_id=event.request)

    def is_there(self, machine: str) -> bool:
        """Whether a state machine was not deleted."""
        listed = self.stage.world.step_functions.list_state_machines({})["stateMachines"]
        return machine in {each["stateMachineArn"] for each in listed}
