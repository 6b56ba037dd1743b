"""While one call is at any of its AWS calls another does its work: nothing is lost or doubled, a word holds.

SQS may give the second call what the first one holds: it delivers at least once.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest

from stepkeeper.errors import StepkeeperError
from tests.promises.disturbances import if_reached
from tests.promises.interruption import Call
from tests.promises.stage import Stage
from tests.simulated.simulation import Simulation

EDITED = {"order": "another"}
OLD = timedelta(days=10, minutes=1)


def a_run(stage: Stage) -> Call:
    return stage.reprocess


def a_run_of_a_plan(stage: Stage) -> Call:
    """Which redrives it."""
    plan = stage.plan()
    return lambda: stage.reprocess(action="run", plan=plan)


def an_edit(stage: Stage) -> Call:
    [failed] = stage.ledger.failures.values()
    return lambda: stage.edit(failed.key.lineage, EDITED)


def a_drop(stage: Stage) -> Call:
    [failed] = stage.ledger.failures.values()
    return lambda: stage.drop(failed.key.lineage)


def a_refresh(stage: Stage) -> Call:
    return lambda: stage.simulation.invoke("spool_refresher", {})


def its_event(stage: Stage) -> Call:
    [run] = stage.world.step_functions.runs
    event = stage.event_of(run.execution)
    return lambda: stage.simulation.invoke("error_spooler", event)


@pytest.mark.parametrize("second", [a_run, a_run_of_a_plan, an_edit, a_drop, a_refresh])
@pytest.mark.parametrize("first", [a_run, a_run_of_a_plan, an_edit, a_drop])
def test_two_who_decide_at_once_do_no_harm(
    first: Callable[[Stage], Call],
    second: Callable[[Stage], Call],
    simulation: Simulation,
    visited: Callable[..., None],
) -> None:
    def arrange() -> Stage:
        stage = Stage(simulation)
        stage.spool(stage.without, "2026-11-21")
        stage.world.clock.move(OLD)
        return stage

    visited(points=_at_every_call(arrange, first, second))


@pytest.mark.parametrize("second", [its_event, a_run])
def test_two_who_tell_at_once_do_no_harm(
    second: Callable[[Stage], Call], simulation: Simulation, visited: Callable[..., None]
) -> None:
    def arrange() -> Stage:
        stage = Stage(simulation)
        stage.fail(stage.without, "2026-11-21")
        return stage

    visited(points=_at_every_call(arrange, its_event, second))


def _at_every_call(
    arrange: Callable[[], Stage], first: Callable[[Stage], Call], second: Callable[[Stage], Call]
) -> int:
    """How many calls the first makes."""
    at = 0
    while _at_once(stage := arrange(), first(stage), second(stage), at=at):
        at += 1
    return at


def _at_once(stage: Stage, first: Call, second: Call, *, at: int) -> bool:
    """Whether the first makes as many calls."""
    happened = []

    def meanwhile() -> None:
        happened.append(at)
        stage.world.spool.redeliver()
        with suppress(StepkeeperError):  # what the first one is at can not be done any more, or not now
            second()

    with if_reached(stage.simulation.wire.meanwhile(at, meanwhile)), suppress(StepkeeperError):
        first()
    stage.check(all_told=True)
    stage.come_to_rest()
    stage.check(all_told=True)
    return bool(happened)
