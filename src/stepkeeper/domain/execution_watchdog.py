"""Judges whether a pipeline's latest run succeeded in time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, assert_never

from stepkeeper.domain.execution import Execution
from stepkeeper.domain.words import moment

Verdict = Literal["succeeded", "late", "failed", "timed_out", "aborted", "missing"]

TOLD_ONCE_FOR = timedelta(minutes=10)
"""A schedule or rule may fire twice for one time, and Lambda tries a failed check again: the same verdict
on the same run within this time is the same incident. A later check that finds it unchanged says so again."""


@dataclass(frozen=True)
class Judgement:
    """A verdict and the sentence that explains it."""

    verdict: Verdict
    reason: str


def judge(execution: Execution | None, *, since: datetime | None, now: datetime) -> Judgement:
    """The verdict on the latest run (since `since`, where that is given)."""
    after = f" since {moment(since)}" if since else ""
    if execution is None:
        return Judgement("missing", f"no run was started{after or ' yet'}")
    started = f"the run that was started at {moment(execution.started_at)}"
    match execution.status:
        case "SUCCEEDED":
            return Judgement("succeeded", f"{started} succeeded")
        case "RUNNING" | "PENDING_REDRIVE":
            so_far = timedelta(seconds=int((now - execution.started_at).total_seconds()))
            return Judgement("late", f"{started} is still running, after {so_far}")
        case "FAILED":
            return Judgement("failed", f"{started} failed{_ended(execution)}")
        case "TIMED_OUT":
            return Judgement("timed_out", f"{started} timed out{_ended(execution)}")
        case "ABORTED":
            return Judgement("aborted", f"{started} was aborted{_ended(execution)}")
    assert_never(execution.status)


def incident_of(
    state_machine_arn: str, judgement: Judgement, execution: Execution | None, *, question: str
) -> str:
    """What people are told of once: a run that was redriven and failed again is another incident.

    `question` is how the check was asked for, since two deadlines of a pipeline are two incidents.
    """
    run = f"{execution.arn}#{execution.listed_at.isoformat()}" if execution else ""
    return f"{state_machine_arn}#{judgement.verdict}#{question}#{run}"


def told_recently(told_at: datetime | None, *, now: datetime) -> bool:
    """Whether an alert for the same incident went out so recently that this one would repeat it."""
    return told_at is not None and now - told_at < TOLD_ONCE_FOR


def _ended(execution: Execution) -> str:
    return f" at {moment(execution.stopped_at)}" if execution.stopped_at else ""
