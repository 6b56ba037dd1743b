"""Wherever export_logs breaks off, the next run goes on: nothing is lost, and nothing is exported twice."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.promises_of_exports.faults import CRASH_AFTER, CRASH_BEFORE, LOST
from tests.promises_of_exports.stage import QUIET, Stage
from tests.promises_of_exports.written import two_months
from tests.simulated.simulation import Simulation

PERIODS = 4


@pytest.fixture
def stage(simulation: Simulation, tmp_path: Path) -> Stage:
    return Stage(simulation, tmp_path, two_months())


def test_an_execution_that_is_aborted_at_any_state_is_gone_on_with(
    stage: Stage, visited: Callable[..., None]
) -> None:
    steps = stage.run(QUIET).steps
    aborted_at = set()

    for step in range(steps):
        told = stage.run(replace(QUIET, aborts=frozenset({step})))

        stage.check()
        aborted, *_ = told.executions
        assert (told.runs, told.tasks) == (2, PERIODS)
        assert told.ends == ["aborted", "Everything is exported"]
        aborted_at.add(aborted.state)

    visited(aborts=steps)
    assert aborted_at == {
        "Is the request understood?",
        "Take the turn",
        "Does another run export?",
        "Find the next period",
        "Is a period left?",
        "Start the export",
        "Wait for the export",
        "Check the export",
        "Has the export ended?",
        "Everything is exported",
    }


@pytest.mark.parametrize("how", [CRASH_BEFORE, CRASH_AFTER, LOST])
def test_a_call_that_breaks_off_anywhere_is_made_up_for(
    how: str, stage: Stage, visited: Callable[..., None]
) -> None:
    stage.run(QUIET)
    calls = stage.broken.made_undisturbed

    for call in range(calls):
        told = stage.run(replace(QUIET, calls={call: how}))

        stage.check()
        assert len(told.faults) == 1
        assert told.tasks == PERIODS

    visited(calls=calls)


@pytest.mark.parametrize("step", range(0, 30, 3))
def test_a_second_execution_at_any_time_leaves_the_first_alone(step: int, stage: Stage) -> None:
    told = stage.run(replace(QUIET, others=frozenset({step})))

    stage.check()
    assert (told.runs, told.tasks) == (1, PERIODS)
    assert sorted(told.ends) == ["Another run exports", "Everything is exported"]
