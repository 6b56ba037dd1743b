"""Finds pipelines whose downstream is about to start on data that is not there, or may open again."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from botocore.exceptions import BotoCoreError, ClientError

from stepkeeper.domain.pipeline import Pipeline, ReopenAt
from stepkeeper.domain.schedule import Schedule
from stepkeeper.domain.standing import Standing
from stepkeeper.domain.trouble import AHEAD, next_opening, trouble_of
from stepkeeper.errors import StepkeeperError
from stepkeeper.pipelines.place import Place
from stepkeeper.pipelines.schedules import Schedules


@dataclass(frozen=True)
class Waiting:
    """An upstream, and the schedules of those downstream of it that are about to start."""

    upstream: Pipeline
    schedule: Schedule | None
    downstream: tuple[Schedule, ...]

    def is_in_trouble(self, standing: Standing, *, now: datetime) -> bool:
        """Whether any of those downstream would start on what is not there."""
        return any(
            trouble_of(standing, self.schedule, downstream, until=now + AHEAD, now=now)
            for downstream in self.downstream
        )


def about_to_start(
    place: Place, schedules: Schedules, *, now: datetime, has_time: Callable[[], bool]
) -> list[Waiting]:
    """The upstreams of all pipelines that start within AHEAD, as far as there is time to read schedules."""
    found: dict[str, list[Schedule]] = {}
    blocked = [each for each in place.map.pipelines if place.map.blockers(each.name)]
    schedules.refresh(blocked, now=now, has_time=has_time)
    for downstream in blocked:
        if not schedules.knows(downstream, now=now) and not has_time():
            continue
        schedule = _schedule(schedules, downstream, now)
        start = schedule.next_start(now) if schedule else None
        if schedule and start and start <= now + AHEAD:
            for name in place.map.upstream(downstream.name):
                found.setdefault(name, []).append(schedule)
    upstream = [each for each in place.map.pipelines if each.name in found]
    schedules.refresh(upstream, now=now, has_time=has_time)
    return [
        Waiting(pipeline, _schedule(schedules, pipeline, now), tuple(found[pipeline.name]))
        for pipeline in upstream
    ]


def reopening(pipelines: Sequence[Pipeline], *, after: datetime, until: datetime) -> Iterator[Pipeline]:
    """Those that let go of gates at a time of day that has come."""
    for pipeline in pipelines:
        if isinstance(pipeline.reopen, ReopenAt) and next_opening(pipeline.reopen, after) <= until:
            yield pipeline


def _schedule(schedules: Schedules, pipeline: Pipeline, now: datetime) -> Schedule | None:
    """None where it can not be told; the gate reconciler says why."""
    try:
        return schedules.of(pipeline, now=now) if pipeline.started_by else None
    except (StepkeeperError, ClientError, BotoCoreError):
        return None
