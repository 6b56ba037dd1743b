"""While a call is at any of its AWS calls, another one does its work: nothing is lost or doubled.

SQS may give the second call what the first one holds: it delivers at least once.
"""

from collections.abc import Callable
from contextlib import suppress

import pytest

from stepkeeper.errors import StepkeeperError
from tests.promises.interruption import Call
from tests.promises.stage import Stage
from tests.simulated.simulation import Simulation

EDITED = {"order": "another"}

Job = Callable[[Stage], Call]


def run(stage: Stage) -> Call:
    return stage.reprocess


def run_a_plan(stage: Stage) -> Call:
    plan = stage.plan()
    return lambda: stage.reprocess(action="run", plan=plan)


def edit(stage: Stage) -> Call:
    [failed] = stage.ledger.failures.values()
    return lambda: stage.edit(failed.key.lineage, EDITED)


def drop(stage: Stage) -> Call:
    [failed] = stage.ledger.failures.values()
    return lambda: stage.drop(failed.key.lineage)


def refresh(stage: Stage) -> Call:
    return lambda: stage.simulation.invoke("spool_refresher", {})


def reconcile(stage: Stage) -> Call:
    return lambda: stage.simulation.invoke("spool_reconciler", {})


def tell(stage: Stage) -> Call:
    [run] = stage.world.step_functions.runs
    event = stage.event_of(run.execution)
    return lambda: stage.simulation.invoke("error_spooler", event)


JOBS: dict[str, Job] = {
    "a run": run,
    "a run of a plan": run_a_plan,
    "an edit": edit,
    "a drop": drop,
}


@pytest.mark.parametrize("second", JOBS)
@pytest.mark.parametrize("first", JOBS)
def test_two_do_no_harm(
    first: str, second: str, simulation: Simulation, visited: Callable[..., None]
) -> None:
    points = 0
    while _two_at_once(simulation, first, second, at=points):
        points += 1
    visited(points=points)
    assert points > 5


def _two_at_once(simulation: Simulation, first: str, second: str, *, at: int) -> bool:
    """Whether the first has made as many calls."""
    stage = Stage(simulation)
    stage.spool(stage.without, "2026-11-21")
    begin, meanwhile = JOBS[first](stage), JOBS[second](stage)
    happened = []

    def happens() -> None:
        happened.append(at)
        stage.world.spool.redeliver()
        with suppress(StepkeeperError):  # it may not be done any more, or not now
            meanwhile()

    with suppress(AssertionError), simulation.wire.meanwhile(at, happens), suppress(StepkeeperError):
        begin()
    stage.check(all_told=True)
    stage.come_to_rest()
    stage.check(all_told=True)
    return bool(happened)
