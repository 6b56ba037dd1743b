"""A deadline: the moment by which a run for a start time has to have succeeded, and which are due."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from stepkeeper.domain.gate import Gate
from stepkeeper.domain.pipeline import Pipeline
from stepkeeper.domain.pipeline_map import PipelineMap
from stepkeeper.domain.schedule import Schedule

FIRST_LOOK_BACK = timedelta(minutes=5)
"""How far back the first tick looks: what was due before there was a watchdog is nobody's deadline."""

LONGEST_LOOK_BACK = timedelta(days=7)
"""After a longer pause nobody is helped by an alert for each night of it; the next deadline tells."""

REMEMBERED_FOR = LONGEST_LOOK_BACK + timedelta(days=3)
"""After its deadline, so that it can be judged late: what a start has come to."""


@dataclass(frozen=True)
class Expected:
    """A pipeline of the map that has deadlines, with what they are counted by."""

    pipeline: Pipeline
    gate: Gate
    within: timedelta


def expected(pipelines: PipelineMap) -> dict[str, Expected]:
    """The pipelines that have deadlines, by name."""
    return {
        each.name: Expected(each, each.started_by, each.succeeds_within)
        for each in pipelines.pipelines
        if each.started_by and each.succeeds_within
    }


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
    pipeline: Expected, schedule: Schedule, *, after: datetime, until: datetime
) -> Iterator[Deadline]:
    """The deadlines that came due after `after`, and at `until` at the latest, in their order."""
    for start in schedule.starts_between(after - pipeline.within, until - pipeline.within):
        yield Deadline(start + pipeline.within, pipeline.pipeline.name, start)


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
    extra_by_start = _first_by_start(extra)
    due = [deadline for deadline in own if deadline.start not in extra_by_start]
    return sorted([*due, *(each for each in extra_by_start.values() if each.due <= now)])


def superfluous(extra: Iterable[Deadline]) -> list[Deadline]:
    """Those for whose start there is an earlier one.

    They come when a start is tried to be made up for again: were the last one to count, a start that can
    not be made up for would never be told of.
    """
    known = list(extra)
    first = _first_by_start(known)
    return [deadline for deadline in known if deadline != first[deadline.start]]


def _first_by_start(deadlines: Iterable[Deadline]) -> dict[datetime, Deadline]:
    return {deadline.start: deadline for deadline in sorted(deadlines, reverse=True)}


def by_urgency(due: Mapping[str, list[Deadline]], pipelines: PipelineMap) -> list[str]:
    """The names of pipelines: what is due longest first, then what blocks most."""
    return sorted(due, key=lambda name: (due[name][0].due, -len(pipelines.downstream(name)), name))
