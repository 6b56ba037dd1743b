"""Wherever the reconciler breaks off: what no event has told of is kept, and runs once (promises 1 and 2)."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.promises.interruption import Call, Scenario, the_schedule_fires_again, visit
from tests.promises.stage import Stage
from tests.simulated.simulation import Simulation

SETTLED = timedelta(minutes=3)
"""Later than a failure is left to its event."""


def events_that_were_lost(stage: Stage) -> Call:
    """Those of two state machines; one other has come."""
    stage.simulation.invoke("spool_reconciler", {})
    stage.fail(stage.without, "lost")
    stage.fail(stage.with_catch, "lost")
    stage.spool(stage.without, "told")
    stage.world.clock.move(SETTLED)
    return lambda: stage.simulation.invoke("spool_reconciler", {})


def an_event_that_comes_after_all(stage: Stage) -> Call:
    stage.fail(stage.without, "late")
    stage.world.clock.move(SETTLED)
    return lambda: stage.simulation.invoke("spool_reconciler", {})


def it_comes(stage: Stage, call: Call) -> None:
    [run] = stage.world.step_functions.runs
    stage.simulation.invoke("error_spooler", stage.event_of(run.execution))
    the_schedule_fires_again(stage, call)


SCENARIOS = {
    "events that were lost": Scenario(18, events_that_were_lost, the_schedule_fires_again),
    "an event that comes after all": Scenario(14, an_event_that_comes_after_all, it_comes),
}


@pytest.mark.parametrize("name", SCENARIOS)
def test_what_no_event_has_told_of_is_kept_and_runs_once(
    name: str, simulation: Simulation, visited: Callable[..., None]
) -> None:
    visited(points=visit(simulation, SCENARIOS[name]))
