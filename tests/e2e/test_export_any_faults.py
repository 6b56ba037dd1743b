"""Whatever breaks off, fails or gets lost: the same on the embedded AWS, of which there are a few plans here.

tests/promises_of_exports has hundreds of them in memory. `EXPORT_EMBEDDED_PLANS=200` makes this as many; they
take about five seconds each.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from local.embedded_aws import running
from stepkeeper.aws import clients
from tests.promises_of_exports.embedded import EmbeddedStage, HalfSimulated
from tests.promises_of_exports.faults import FaultPlan, fault_plans
from tests.promises_of_exports.written import a_year
from tests.wire import Wire

PLANS = int(os.environ.get("EXPORT_EMBEDDED_PLANS", "4"))
FIRST = int(os.environ.get("PROMISES_SEED", "0"))


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddedStage]:
    """An embedded AWS of its own, which the product's clients talk to."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with running(tmp_path / "aws") as aws:
        monkeypatch.setenv("AWS_DEFAULT_REGION", aws.region)
        monkeypatch.setenv("AWS_ENDPOINT_URL", aws.endpoint)
        clients._made.cache_clear()
        yield EmbeddedStage(HalfSimulated(Wire(), monkeypatch), tmp_path, a_year(), aws)
        clients._made.cache_clear()


def test_any_faults_lose_and_double_nothing_on_the_embedded_aws(
    stage: EmbeddedStage, visited: Callable[..., None]
) -> None:
    counted = {"plans": 0, "executions": 0, "faults": 0, "tasks": 0}

    @hypothesis.seed(FIRST)
    @settings(
        max_examples=PLANS,
        database=None,
        deadline=None,
        phases=[Phase.generate],
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
