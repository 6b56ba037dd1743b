"""Whatever breaks off, fails or gets lost: in the end every line is in the bucket exactly once."""

import os
from collections.abc import Callable
from pathlib import Path

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.promises_of_exports.faults import FaultPlan, fault_plans
from tests.promises_of_exports.stage import QUIET, Stage
from tests.promises_of_exports.written import a_year
from tests.simulated.simulation import Simulation

PLANS = int(os.environ.get("EXPORT_PLANS", "50"))
"""Of one test; there are four of them, so 200 in all."""
FIRST = int(os.environ.get("PROMISES_SEED", "0"))


@pytest.fixture
def stage(simulation: Simulation, tmp_path: Path) -> Stage:
    return Stage(simulation, tmp_path, a_year())


def test_without_a_fault_one_run_exports_all_of_it(stage: Stage) -> None:
    told = stage.run(QUIET)

    stage.check()
    assert (told.runs, told.tasks) == (1, 54)
    assert told.ends == ["Continued", "Everything is exported"]


@pytest.mark.parametrize("part", range(4))
def test_any_faults_lose_and_double_nothing(part: int, stage: Stage, visited: Callable[..., None]) -> None:
    counted = {"plans": 0, "executions": 0, "faults": 0, "tasks": 0}

    @hypothesis.seed(FIRST + part)
    @settings(
        max_examples=PLANS,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(plan=fault_plans())
    def check(plan: FaultPlan) -> None:
        told = stage.run(plan)

        stage.check()
        counted["plans"] += 1
        counted["executions"] += len(told.executions)
        counted["faults"] += len(told.faults) + told.ends.count("aborted")
        counted["tasks"] += told.tasks

    check()
    visited(**counted)
