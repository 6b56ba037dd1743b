"""The verdict on a spooled run: what should be done with it, from facts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from stepkeeper.domain.breaker import Outage
from stepkeeper.domain.error_spooler import why_quarantined
from stepkeeper.domain.failure import FailureRecord
from stepkeeper.domain.spooled_run import SpooledRun, Unreadable, why_too_large

Verdict = Literal["redrive", "restart", "wait", "quarantine"]

REDRIVABLE_FOR = timedelta(days=14) - timedelta(hours=1)
"""Step Functions redrives for 14 days (API reference, RedriveExecution); an hour is for the decision."""

REVISION_SETTLES_IN = timedelta(minutes=1)
"""A run that was started so soon after an update may still have the definition before it."""

ENDED_IN_FAIL = "it ended in a Fail state, where a redrive would only fail again"


@dataclass(frozen=True)
class Judged:
    """A verdict and the sentence that explains it."""

    verdict: Verdict
    reason: str


@dataclass(frozen=True)
class MachineFacts:
    """A state machine as it is now. `same_since`: all runs since then have today's definition."""

    exists: bool
    revision: str | None = None
    same_since: datetime | None = None
    outage: Outage | None = None


def judge(
    run: SpooledRun | Unreadable,
    record: FailureRecord,
    machine: MachineFacts,
    *,
    max_attempts: int,
    now: datetime,
) -> Judged:
    """The verdict on one spooled run. What was decided before stays decided."""
    if isinstance(run, Unreadable):
        return Judged("quarantine", run.reason)
    if record.answer and machine.outage and machine.outage.is_on(now):
        return Judged("wait", machine.outage.reason)  # begun, and perhaps not come to be
    if record.answer == "redrive":
        return Judged("redrive", "its redrive was begun already")
    invalid = why_never(run, record)
    if invalid:
        return Judged("quarantine", invalid)
    if not machine.exists:
        return Judged("quarantine", "there is no such state machine")
    if record.answer == "restart":
        return Judged("restart", "its restart was begun already")
    attempts = why_quarantined(run.key.attempt, max_attempts=max_attempts)
    if attempts and not record.edit:
        return Judged("quarantine", attempts)
    if machine.outage and machine.outage.is_on(now):
        return Judged("wait", machine.outage.reason)
    obstacle = why_not_redrive(run, record, machine, now=now)
    if obstacle:
        return Judged("restart", obstacle)
    return Judged("redrive", "it goes on from the state that failed, and keeps what was finished")


def overrule(judged: Judged, verdict: Verdict) -> Judged:
    """The verdict of a person, in the place of ours."""
    if verdict == judged.verdict:
        return judged
    return Judged(verdict, f"as you say; by itself it would be {judged.verdict}: {judged.reason}")


def why_never(run: SpooledRun, record: FailureRecord) -> str | None:
    """Why Step Functions would never start this run; None where it may."""
    return why_too_large(len(record.edit.input.encode()) if record.edit else run.input_bytes)


def why_not_redrive(
    run: SpooledRun, record: FailureRecord, machine: MachineFacts, *, now: datetime
) -> str | None:
    """Why a redrive is impossible or would be wrong; None where it is right."""
    if record.edit:
        return "its input was edited, and a redrive keeps the old one"
    if record.redrive_refused:
        return f"Step Functions did not redrive it: {record.redrive_refused}"
    if run.execution_arn is None or run.failed_at is None or record.started_at is None:
        return "too little is known of the failed run to redrive it"
    if record.resumable is False:
        return ENDED_IN_FAIL
    if now - run.failed_at >= REDRIVABLE_FOR:
        return "it failed 14 days ago, after which nothing is redriven"
    if machine.same_since is None or record.started_at < machine.same_since + REVISION_SETTLES_IN:
        return "the definition has changed since, or may have, and a redrive keeps the old one"
    return None
