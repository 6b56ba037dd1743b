"""Decides what comes of a verdict on a deadline: an alert, one more for an open incident, or nothing."""

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import datetime

from stepkeeper.domain.deadline import Deadline
from stepkeeper.domain.deadline_verdict import Judged
from stepkeeper.domain.hold import Hold
from stepkeeper.domain.incident import Incident, Told
from stepkeeper.domain.missed import ClosedTime


@dataclass(frozen=True)
class Tell:
    """People are to be told; `incident` is what is open then, or None where the work is done by now."""

    incident: Incident | None
    reason: str


@dataclass(frozen=True)
class Count:
    """It belongs to an incident that people know of."""

    incident: Incident
    reason: str


@dataclass(frozen=True)
class Nothing:
    """Nobody is to be told."""

    reason: str


def decide(
    judged: Judged,
    incident: Incident | None,
    told: Told | None,
    *,
    blocked_because: str | None,
    now: datetime,
) -> Tell | Count | Nothing:
    """What comes of a verdict."""
    deadline = judged.deadline
    if judged.is_good:
        return Nothing(judged.judgement.reason)
    if blocked_because and judged.judgement.verdict == "missing":
        return Nothing(blocked_because)
    if incident:
        return Count(incident.with_missed(deadline.start), "its incident is open already")
    if told and told.first <= deadline.start <= told.last:
        return Nothing("people were told of it in an incident that is over")
    if judged.is_over:
        return Tell(None, judged.judgement.reason)
    return Tell(_opened_by(judged, now), judged.judgement.reason)


def is_held_before(deadline: Deadline, hold: Hold | None) -> bool:
    """Whether the gate was held closed already when the start came, and not opened again by then."""
    return (
        hold is not None
        and hold.closed_at is not None
        and hold.closed_at <= deadline.start
        and (hold.opened_at is None or deadline.start < hold.opened_at)
    )


def why_blocked(
    deadline: Deadline, hold: Hold | None, closed: Iterable[ClosedTime], *, watched: Set[str]
) -> str | None:
    """Why nobody is told of a start that did not happen: its gate was held closed when it came.

    That is told of whoever holds it, as far as they are `watched`: pipelines with deadlines of their own. A
    run that makes up for such a start has a gate that is open.
    """
    if deadline.is_extra:
        return None
    if hold and is_held_before(deadline, hold):
        is_told = not hold.owners or hold.owners & watched
        return f"its gate is held closed: {hold.reason or 'an upstream is in trouble'}" if is_told else None
    if any(time.closed_at <= deadline.start < time.opened_at for time in closed):
        return "its gate was held closed when it was to start"
    return None


def _opened_by(judged: Judged, now: datetime) -> Incident:
    deadline = judged.deadline
    return Incident(
        pipeline=deadline.pipeline,
        start=deadline.start,
        due=deadline.due,
        verdict=judged.judgement.verdict,
        told_at=now,
        last_start=deadline.start,
        run_arn=judged.run.arn if judged.run else None,
    )
