"""Breaks an invocation off at every AWS call that it makes, in each way there is, and looks what follows.

A point is one call, by its number, and one of tests.wire.BREAKS. The reprocessor, the plan and the refresher
make calls side by side, so which call a number is differs from time to time: all numbers are visited all the
same, and only the world is looked at.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from stepkeeper.spool.errors import AlreadyAnswered, NotWaiting
from tests.promises.stage import VISIBLE_AGAIN, Stage
from tests.simulated.simulation import Simulation
from tests.wire import BREAKS, Break, Crash

Call = Callable[[], object]


@dataclass(frozen=True)
class Scenario:
    """`arrange` sets the stage and gives the call that is broken off, at least `calls` AWS calls long.

    `again` is what its caller does then, and `look` what has to come of that. Whoever is no machine calls
    again every other time only: what anybody else does anyway must do for the promises.
    """

    calls: int
    arrange: Callable[[Stage], Call]
    again: Callable[[Stage, Call], None]
    look: Callable[[Stage], None] = lambda _: None


def lambda_repeats(_stage: Stage, call: Call) -> None:
    """An asynchronous invocation is tried twice more; that it had succeeded may have been missed."""
    call()
    call()


def the_schedule_fires_again(stage: Stage, call: Call) -> None:
    stage.world.clock.move(timedelta(days=1))
    call()


def somebody_calls_again(stage: Stage, call: Call) -> None:
    """A person, or drain_spool, some time later; it may have been done by then."""
    stage.world.clock.move(VISIBLE_AGAIN)
    with suppress(AlreadyAnswered, NotWaiting):
        call()


def visit(simulation: Simulation, scenario: Scenario) -> int:
    """Visits every point; gives how many there were. Raises AssertionError, which says at which."""
    points = list(_points(simulation, scenario))
    assert len(points) >= scenario.calls * len(BREAKS), "fewer calls are visited than were once"
    for number, (call, how) in enumerate(points):
        stage = Stage(simulation)
        go = scenario.arrange(stage)
        try:
            _break_off(stage, go, call, how)
            stage.check(all_told=False)
            if number % 2:
                stage.end_all()  # what was begun may be over by then, or may not
            again = number % 4 < 2 or scenario.again is not somebody_calls_again
            if again:
                scenario.again(stage, go)
            stage.check(all_told=True)
            stage.come_to_rest()
            stage.check(all_told=True)
            if again:
                scenario.look(stage)
        except AssertionError as problem:
            problem.add_note(f"point {number}: {how}, at {call} of {simulation.wire.calls}")
            raise
    return len(points)


def _points(simulation: Simulation, scenario: Scenario) -> Iterator[tuple[int, Break]]:
    stage = Stage(simulation)
    go = scenario.arrange(stage)
    simulation.wire.calls.clear()
    go()
    calls = len(simulation.wire.calls)
    stage.check(all_told=True)
    for call in range(calls):
        for how in BREAKS:
            yield call, how


def _break_off(stage: Stage, go: Call, call: int, how: Break) -> None:
    with stage.simulation.wire.breaking(call, how):
        try:
            go()
        except (Crash, Exception):  # noqa: BLE001 - whatever the caller is told, it calls again
            stage.ledger.interrupted += 1
