"""A deadline: the moment by which a run for a start time has to have succeeded, and which are due."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from stepkeeper.domain.pipeline_map import PipelineMap
from stepkeeper.domain.schedule import Schedule

FIRST_LOOK_BACK = timedelta(minutes=5)
"""How far back the first tick looks: what was due before there was a watchdog is nobody's deadline."""

LONGEST_LOOK_BACK = timedelta(days=7)
"""After a longer pause nobody is helped by an alert for each night of it; the next deadline tells."""


@dataclass(frozen=True, order=True)
class Deadline:
    """By `due`, a run of the pipeline for its start time `start` has to have succeeded.

    `is_extra`: of a run that makes up for a missed start, whose time begins when its gate opens.
    """

    due: datetime
    pipeline: str
    start: datetime
    is_extra: bool = False


def deadlines_due(
    name: str, schedule: Schedule, *, within: timedelta, after: datetime, until: datetime
) -> Iterator[Deadline]:
    """The deadlines that came due after `after`, and at `until` at the latest, in their order."""
    for start in schedule.starts_between(after - within, until - within):
        yield Deadline(start + within, name, start)


def judged_after(judged_until: datetime | None, *, now: datetime) -> datetime:
    """Since when deadlines are to be judged that came due; None: none ever were."""
    if judged_until is None:
        return now - FIRST_LOOK_BACK
    return max(judged_until, now - LONGEST_LOOK_BACK)


def to_judge(own: Iterable[Deadline], extra: Iterable[Deadline], *, now: datetime) -> list[Deadline]:
    """A pipeline's deadlines that are due, in their order.

    Where a start has an extra deadline, that one alone counts: the run that makes up for it has just begun
    when the other one comes.
    """
    extra_by_start = {deadline.start: deadline for deadline in extra}
    due = [deadline for deadline in own if deadline.start not in extra_by_start]
    return sorted([*due, *(each for each in extra_by_start.values() if each.due <= now)])


def by_urgency(due: Mapping[str, list[Deadline]], pipelines: PipelineMap) -> list[str]:
    """The names of pipelines: what is due longest first, then what blocks most."""
    return sorted(due, key=lambda name: (due[name][0].due, -len(pipelines.downstream(name)), name))
