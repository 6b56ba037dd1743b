"""The verdict on a pipeline's latest run, and when a verdict is no news."""

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from stepkeeper.domain.execution import Execution, ExecutionStatus
from stepkeeper.domain.execution_watchdog import TOLD_ONCE_FOR, Verdict, judge, told_recently

STARTED = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
NOW = STARTED + timedelta(hours=2, minutes=30, seconds=1, microseconds=7)
TOKYO = datetime.fromisoformat("2026-11-22T03:00:00+09:00")


def run(status: ExecutionStatus) -> Execution:
    stopped = None if status in ("RUNNING", "PENDING_REDRIVE") else STARTED + timedelta(minutes=90)
    return Execution("arn", "2026-11-21", status, started_at=STARTED, stopped_at=stopped)


BEGIN = "the run that was started at 2026-11-21 18:00:00 UTC"


@pytest.mark.parametrize(
    ("status", "verdict", "reason"),
    [
        ("SUCCEEDED", "succeeded", f"{BEGIN} succeeded"),
        ("RUNNING", "late", f"{BEGIN} is still running, after 2:30:01"),
        ("PENDING_REDRIVE", "late", f"{BEGIN} is still running, after 2:30:01"),
        ("FAILED", "failed", f"{BEGIN} failed at 2026-11-21 19:30:00 UTC"),
        ("TIMED_OUT", "timed_out", f"{BEGIN} timed out at 2026-11-21 19:30:00 UTC"),
        ("ABORTED", "aborted", f"{BEGIN} was aborted at 2026-11-21 19:30:00 UTC"),
    ],
)
def test_the_status_of_the_latest_run_decides_and_the_reason_says_since_when(
    status: ExecutionStatus, verdict: Verdict, reason: str
) -> None:
    judgement = judge(run(status), since=None, now=NOW)

    assert (judgement.verdict, judgement.reason) == (verdict, reason)


@pytest.mark.parametrize("status", get_args(ExecutionStatus))
def test_every_status_that_step_functions_has_gets_a_verdict(status: ExecutionStatus) -> None:
    assert judge(run(status), since=None, now=NOW).verdict in get_args(Verdict)


@pytest.mark.parametrize(
    ("since", "reason"),
    [
        (None, "no run was started yet"),
        (STARTED, "no run was started since 2026-11-21 18:00:00 UTC"),
        (TOKYO, "no run was started since 2026-11-22 03:00:00 UTC+09:00"),
    ],
)
def test_without_a_run_the_verdict_is_missing_in_the_time_zone_of_who_asked(
    since: datetime | None, reason: str
) -> None:
    judgement = judge(None, since=since, now=NOW)

    assert (judgement.verdict, judgement.reason) == ("missing", reason)


@pytest.mark.parametrize(
    ("ago", "recently"),
    [
        (timedelta(0), True),
        (TOLD_ONCE_FOR - timedelta(microseconds=1), True),
        (TOLD_ONCE_FOR, False),
        (timedelta(days=30), False),
    ],
)
def test_the_same_incident_is_no_news_until_the_time_for_telling_it_once_is_over(
    ago: timedelta, *, recently: bool
) -> None:
    assert told_recently(NOW - ago, now=NOW) is recently


def test_an_incident_that_was_never_told_is_news() -> None:
    assert told_recently(None, now=NOW) is False
