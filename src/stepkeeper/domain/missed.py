"""The starts of a pipeline that fell into the time in which its gate was closed, and what becomes of them."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from stepkeeper.domain.gate import Gate
from stepkeeper.domain.pipeline import Missed
from stepkeeper.domain.schedule import Schedule

FIRES_WITHIN = timedelta(seconds=60)
"""A rule or schedule starts its target within the minute that its expression names (User Guides)."""

SETTLES_IN = timedelta(seconds=30)
"""ListExecutions is eventually consistent."""

NAMED = "%Y%m%dT%H%M%SZ"
MADE_UP = re.compile(r"missed-([0-9]{8}T[0-9]{6}Z)-([0-9a-f]{16})")


@dataclass(frozen=True)
class ClosedTime:
    """The time in which a gate was closed: after it was, and until just before it was opened."""

    gate: Gate
    closed_at: datetime
    opened_at: datetime


@dataclass(frozen=True)
class MakeUp:
    """The starts that get a run. `unsure` ones may have happened: the gate was toggled in their minute."""

    starts: tuple[datetime, ...]
    unsure: tuple[datetime, ...]
    missed: int


def what_to_make_up(closed: ClosedTime, schedule: Schedule, missed: Missed) -> MakeUp:
    """Which of the starts in the closed time get a run; of those that are dropped, how many they were.

    A start in whose minute the gate was closed or opened may have happened all the same.
    """
    first = closed.closed_at - FIRES_WITHIN
    starts = list(schedule.starts_between(first, closed.opened_at))
    chosen = {"drop": starts[:0], "run-once": starts[-1:], "run-all": starts}[missed]
    unsure = tuple(start for start in chosen if is_unsure(start, closed))
    return MakeUp(
        starts=tuple(start for start in chosen if start not in unsure), unsure=unsure, missed=len(starts)
    )


def is_unsure(start: datetime, closed: ClosedTime) -> bool:
    """Whether the gate may have started its pipeline for this start by itself."""
    return start <= closed.closed_at or start > closed.opened_at - FIRES_WITHIN


def settled_at(start: datetime) -> datetime:
    """When it can be seen whether an unsure start has happened."""
    return start + FIRES_WITHIN + SETTLES_IN


def has_happened(start: datetime, runs_started_at: Sequence[datetime]) -> bool:
    """Whether one of these runs is that of the start."""
    return any(start <= moment <= start + FIRES_WITHIN + SETTLES_IN for moment in runs_started_at)


def made_up_name(gate: Gate, start: datetime) -> str:
    """The name of the run that makes up for a start: the same start never gets a second one."""
    return f"missed-{start.astimezone(UTC).strftime(NAMED)}-{_tail(gate)}"


def start_made_up(name: str, gate: Gate) -> datetime | None:
    """The start that a run of this name makes up for; None where it is none of this gate's."""
    found = MADE_UP.fullmatch(name)
    if not found or found[2] != _tail(gate):
        return None
    return datetime.strptime(found[1], NAMED).replace(tzinfo=UTC)


def _tail(gate: Gate) -> str:
    return hashlib.sha256(str(gate).encode()).hexdigest()[:16]
