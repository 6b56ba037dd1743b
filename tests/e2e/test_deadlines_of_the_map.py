"""The tick: a deadline of the map that was missed is told once, and again when the pipeline has recovered."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from local.chain import INGEST, Chain
from local.chained import chain
from local.deployed import Operator
from tests.e2e.support.alerts import Inbox, subscribed
from tests.e2e.support.gates_of_the_map import WITHIN
from tests.e2e.support.resources import renew
from tests.monitor import Monitor


@pytest.fixture
def made(operator: Operator) -> Iterator[Chain]:
    """The deadline of the ingest was a minute ago, and it has not even started.

    The watchdog remembers nothing of the gates of the same names that other tests have made.
    """
    renew(operator, "ExecutionWatchdog")
    start = datetime.now(UTC).replace(second=0, microsecond=0)
    later = start + timedelta(hours=1)
    with chain(operator, report_at=later, mail_at=later, ingest_at=start - WITHIN) as pipelines:
        yield pipelines


@pytest.fixture
def told(operator: Operator) -> Iterator[Inbox]:
    with subscribed(operator, INGEST, pipeline=[INGEST]) as inbox:
        yield inbox


def test_a_missed_deadline_is_told_once_and_so_is_the_recovery(
    operator: Operator, made: Chain, told: Inbox, monitor: Monitor
) -> None:
    beats = len(monitor.heard)

    ticks = [operator.invoke("ExecutionWatchdog", {}) for _ in range(2)]
    operator.finished(made.start(INGEST, "by-hand"))
    operator.invoke("GateReconciler", {})
    ticks.append(operator.invoke("ExecutionWatchdog", {}))

    assert [len(tick["told"]) for tick in ticks] == [1, 0, 1]
    missed, recovered = told.wait_for(2)
    assert "nightly-ingest is MISSING" in missed.subject
    assert "Blocks: nightly-report (rule/start-report), daily-audit (rule/start-audit), " in missed.body
    assert "recovered" in recovered.subject.lower()
    assert len(monitor.heard) == beats + 3
