"""Remembers that a run of a pipeline has ended, for its gates and for its deadlines."""

from datetime import datetime

from stepkeeper.aws import standings, successes
from stepkeeper.aws.clients import client
from stepkeeper.domain.deadline import REMEMBERED_FOR
from stepkeeper.domain.lineage import parse_rerun_name
from stepkeeper.domain.missed import start_made_up
from stepkeeper.domain.pipeline import Pipeline
from stepkeeper.domain.standing import EndedRun
from stepkeeper.errors import StepkeeperError
from stepkeeper.pipelines.place import Place
from stepkeeper.pipelines.schedules import Schedules


def note(place: Place, schedules: Schedules, pipeline: Pipeline, run: EndedRun, *, now: datetime) -> None:
    """Adds the run to how the pipeline stands, and a success to the start that it belongs to."""
    standings.note_run(client("dynamodb"), place.table, pipeline.name, run)
    if run.status != "SUCCEEDED" or pipeline.succeeds_within is None:
        return
    start = _start_of(schedules, pipeline, run, now)
    if start:
        successes.remember_success(
            client("dynamodb"),
            place.table,
            pipeline.name,
            start,
            run,
            keep_until=start + pipeline.succeeds_within + REMEMBERED_FOR,
        )


def _start_of(schedules: Schedules, pipeline: Pipeline, run: EndedRun, now: datetime) -> datetime | None:
    """The start that a run belongs to. None where it can not be told: the watchdog asks then."""
    name = run.arn.rsplit(":", 1)[-1]
    if pipeline.started_by is None or parse_rerun_name(name):
        return None  # that of a failed run, which may be older than the last start
    if start := start_made_up(name, pipeline.started_by):
        return start
    try:
        return schedules.of(pipeline, now=now).previous_start(run.started_at)
    except StepkeeperError:
        return None  # the watchdog says what is wrong with the schedule
