"""Tells what became of a lineage: when it failed, was spooled, run again, and how that went."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from stepkeeper.domain.execution import ExecutionStatus
from stepkeeper.domain.failure import FailureRecord

FORGOTTEN_AFTER = timedelta(days=90)
"""How long Step Functions remembers an execution that has closed (Step Functions quotas)."""

ENDED: dict[ExecutionStatus, str] = {
    "RUNNING": "running",
    "PENDING_REDRIVE": "running",
    "SUCCEEDED": "succeeded",
    "FAILED": "failed again",
    "TIMED_OUT": "timed out",
    "ABORTED": "aborted",
}


def tell(
    records: Sequence[FailureRecord],
    *,
    ended: tuple[ExecutionStatus, datetime | None] | None,
) -> list[dict[str, Any]]:
    """What happened, in order of time. `ended` is how the last answer goes, and when it came to its end."""
    told: list[tuple[datetime, dict[str, Any]]] = []

    def add(at: datetime | None, what: str, **more: Any) -> None:
        if at:
            shown = {name: value for name, value in more.items() if value is not None}
            told.append((at, {"at": at.isoformat(timespec="seconds"), "what": what, **shown}))

    for record in records:
        attempt = record.key.attempt
        add(
            record.failed_at,
            "failed" if record is records[0] else "failed again",
            attempt=attempt,
            execution_arn=record.execution_arn,
            error=record.error,
        )
        kept = "spooled" if record.quarantined_at != record.spooled_at else "quarantined"
        reason = record.quarantine_reason if kept == "quarantined" else None
        add(record.spooled_at, kept, attempt=attempt, message_id=record.message_id, reason=reason)
        if record.quarantined_at != record.spooled_at:
            add(record.quarantined_at, "quarantined", attempt=attempt, reason=record.quarantine_reason)
        if record.edit:
            add(record.edit.at, "edited", attempt=attempt, reason=record.edit.reason)
        answered = {"restart": "restarted", "redrive": "redriven", "drop": "dropped"}
        if record.answer:
            add(
                record.answered_at,
                answered[record.answer],
                attempt=attempt,
                reason=record.answer_reason,
                execution_arn=record.answered_as,
            )
    if ended and ended[1]:
        add(ended[1], ENDED[ended[0]], execution_arn=records[-1].answered_as)
    return [entry for _, entry in sorted(told, key=lambda each: each[0])]


def state_of(
    last: FailureRecord, ended: tuple[ExecutionStatus, datetime | None] | None, *, now: datetime
) -> str:
    """Where a lineage stands, given its last failure and how what answered it goes."""
    if last.answer == "drop":
        return "dropped"
    if last.answer is None:
        released = last.edit and last.quarantined_at and last.edit.at > last.quarantined_at
        return "quarantined" if last.quarantined_at and not released else "spooled"
    if ended is None:
        if last.answered_at and now - last.answered_at > FORGOTTEN_AFTER:
            return "no longer known to Step Functions"
        return f"about to be {'redriven' if last.answer == 'redrive' else 'restarted'}"
    return ENDED[ended[0]]
