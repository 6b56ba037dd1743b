"""The starts of a pipeline that fell into the time in which its gate was closed, and what becomes of them."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from stepkeeper.domain.execution import Execution
from stepkeeper.domain.gate import Gate
from stepkeeper.domain.lineage import parse_rerun_name
from stepkeeper.domain.pipeline import Missed
from stepkeeper.domain.schedule import Schedule

FIRES_WITHIN = timedelta(seconds=60)
"""A rule or schedule starts its target within the minute that its expression names (User Guides)."""

SETTLES_IN = timedelta(seconds=30)
"""ListExecutions is eventually consistent."""

MOST_RUNS = 2_000
"""So many are started within a function's time."""

NAMED = "%Y%m%dT%H%M%SZ"
MADE_UP = re.compile(r"missed-([0-9]{8}T[0-9]{6}Z)-([0-9a-f]{16})")


@dataclass(frozen=True)
class ClosedTime:
    """From when it was decided to close a gate until it was decided to open it.

    It is vague where somebody else opened it: `opened_at` is when that was seen.
    """

    gate: Gate
    closed_at: datetime
    opened_at: datetime
    is_vague: bool = False


@dataclass(frozen=True)
class MakeUp:
    """The starts that get a run. `unsure` ones may happen by themselves: the gate was toggled then.

    `missed` is how many there were that can not have happened, with those that are dropped.
    """

    starts: tuple[datetime, ...]
    unsure: tuple[datetime, ...]
    missed: int


def what_to_make_up(closed: ClosedTime, schedule: Schedule, missed: Missed) -> MakeUp:
    """Which of the starts in the closed time get a run: of very many, the last MOST_RUNS.

    A start within a minute of the closing or the opening may have happened, or happen yet, all the same.
    """
    starts = list(schedule.starts_between(closed.closed_at - FIRES_WITHIN, closed.opened_at + FIRES_WITHIN))
    chosen = {"drop": starts[:0], "run-once": starts[-1:], "run-all": starts[-MOST_RUNS:]}[missed]
    return MakeUp(
        starts=tuple(start for start in chosen if not is_unsure(start, closed)),
        unsure=tuple(start for start in chosen if is_unsure(start, closed)),
        missed=sum(not is_unsure(start, closed) for start in starts),
    )


def is_unsure(start: datetime, closed: ClosedTime) -> bool:
    """Whether the gate may have started its pipeline for this start by itself."""
    return (
        closed.is_vague or start <= closed.closed_at + FIRES_WITHIN or start > closed.opened_at - FIRES_WITHIN
    )


def settled_at(start: datetime) -> datetime:
    """When it can be seen whether an unsure start has happened."""
    return start + FIRES_WITHIN + SETTLES_IN


def has_happened(start: datetime, schedule: Schedule, runs: Iterable[Execution], gate: Gate) -> bool:
    """Whether one of these runs is that of the start: not of the next start, nor one that makes up."""
    return any(
        start <= run.started_at <= start + FIRES_WITHIN + SETTLES_IN
        and schedule.previous_start(run.started_at) == start
        and start_made_up(run.name, gate) in (None, start)
        and parse_rerun_name(run.name) is None
        for run in runs
    )


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
