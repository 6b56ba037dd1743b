"""Finds pipelines whose downstream is about to start on data that is not there, or may open again."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from stepkeeper.aws import standings
from stepkeeper.aws.clients import client
from stepkeeper.domain.pipeline import Pipeline, ReopenAt
from stepkeeper.domain.schedule import Schedule
from stepkeeper.domain.trouble import AHEAD, next_opening, trouble_of
from stepkeeper.errors import StepkeeperError
from stepkeeper.pipelines.place import Place
from stepkeeper.pipelines.schedules import Schedules


def in_trouble_ahead(place: Place, schedules: Schedules, *, now: datetime) -> list[Pipeline]:
    """The upstreams that, as far as is known, have not succeeded for a start that is due within AHEAD."""
    soon = [
        downstream
        for downstream in place.map.pipelines
        if place.map.blockers(downstream.name) and _starts_soon(schedules, downstream, now)
    ]
    upstreams = {downstream.name: place.map.upstream(downstream.name) for downstream in soon}
    known = standings.read_standings(
        client("dynamodb"), place.table, [name for names in upstreams.values() for name in names]
    )
    found = {
        name
        for downstream in soon
        for name in upstreams[downstream.name]
        if trouble_of(
            known[name],
            _schedule(schedules, place.map.named(name), now),
            _schedule(schedules, downstream, now),
            until=now + AHEAD,
            now=now,
        )
    }
    return [pipeline for pipeline in place.map.pipelines if pipeline.name in found]


def reopening(pipelines: Sequence[Pipeline], *, after: datetime, until: datetime) -> Iterator[Pipeline]:
    """Those that let go of gates at a time of day that has come."""
    for pipeline in pipelines:
        if isinstance(pipeline.reopen, ReopenAt) and next_opening(pipeline.reopen, after) <= until:
            yield pipeline


def _starts_soon(schedules: Schedules, pipeline: Pipeline, now: datetime) -> bool:
    schedule = _schedule(schedules, pipeline, now)
    start = schedule.next_start(now) if schedule else None
    return start is not None and start <= now + AHEAD


def _schedule(schedules: Schedules, pipeline: Pipeline, now: datetime) -> Schedule | None:
    """None where it can not be told; the reconciler says so."""
    try:
        return schedules.of(pipeline, now=now)
    except StepkeeperError:
        return None
