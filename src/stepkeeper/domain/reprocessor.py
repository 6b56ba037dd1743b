"""Decides what to do with a message from the spool, when runs are to be started again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from stepkeeper.domain.breaker import Outage
from stepkeeper.domain.error_spooler import why_quarantined
from stepkeeper.domain.failure import NAMES_ARE_TAKEN_FOR, FailureRecord
from stepkeeper.domain.plan import Planned
from stepkeeper.domain.spooled_run import SpooledRun, Unreadable
from stepkeeper.domain.verdict import why_never


@dataclass(frozen=True)
class Start:
    """Start this run; its name makes a second start of the same attempt impossible."""

    run: SpooledRun
    input: str
    edited_at: datetime | None

    @property
    def will_be(self) -> str:
        """The ARN of the execution that it becomes."""
        return self.run.rerun_arn


@dataclass(frozen=True)
class Redrive:
    """Let the failed execution itself go on; its redrive count makes a second redrive recognisable."""

    run: SpooledRun
    execution_arn: str
    resumable: bool | None = True
    edited_at: datetime | None = None

    @property
    def will_be(self) -> str:
        """The ARN of the execution that it becomes: it stays the same."""
        return self.execution_arn


@dataclass(frozen=True)
class Quarantine:
    """Without a person this can never run."""

    reason: str


@dataclass(frozen=True)
class Settled:
    """Nothing is left to do: the message can go."""

    reason: str


@dataclass(frozen=True)
class Leave:
    """Not now, or not by this call: the message goes back."""

    reason: str
    kind: Literal["left", "failing", "fresh", "full", "surplus"] = "left"


Decision = Start | Redrive | Quarantine | Settled | Leave


def decide(
    run: SpooledRun | Unreadable,
    record: FailureRecord,
    *,
    planned: Planned | None,
    outage: Outage | None,
    max_attempts: int,
    began: datetime,
    now: datetime,
) -> Decision:
    """What a call that began at `began` does with a run; `planned` where it carries out a plan."""
    if record.answer == "drop":
        return Settled(f"it was dropped: {record.answer_reason}")
    edited_at = record.edit.at if record.edit else None
    if isinstance(run, Unreadable):
        return Quarantine(run.reason)
    not_now = None
    overruled = planned and planned.forced and outage and outage.since <= planned.made_at
    if outage and outage.is_on(now) and not overruled:
        not_now = Leave(outage.reason, kind="failing")
    if record.answered_at and now - record.answered_at > NAMES_ARE_TAKEN_FOR:
        return Quarantine(
            f"it was answered at {record.answered_at}, and Step Functions no longer knows whether it was run"
        )
    if record.answer == "redrive" and run.execution_arn:
        if record.answered_as not in (None, run.execution_arn):
            return Settled(f"{run.key} was answered by a redrive of {record.answered_as}")
        # Begun by a call that did not come to its end.
        return not_now or Redrive(run, run.execution_arn, record.resumable, edited_at)
    invalid = why_never(run, record)
    if invalid:
        return Quarantine(invalid)
    if run.failed_at and run.failed_at > began:
        return Leave(f"{run.key} failed at {run.failed_at}, after this call began", kind="fresh")
    if planned and record.edit and record.edit.at > planned.made_at:
        return Leave(f"{run.key} was edited after the plan was made; plan again")
    begun = record.answer == "restart"  # what was begun is brought to its end, whatever a plan says
    verdict = planned.verdict if planned and not begun else "restart"
    attempts = why_quarantined(run.key.attempt, max_attempts=max_attempts)
    if verdict == "quarantine" or (attempts and not (planned or begun or record.edit)):
        return Quarantine(attempts or "a person put it there")
    if verdict == "wait":
        return Leave("the plan says to wait")
    if not_now:
        return not_now
    if verdict == "redrive" and run.execution_arn:
        return Redrive(run, run.execution_arn, record.resumable, edited_at)
    return Start(run, record.edit.input if record.edit else run.input, edited_at)
