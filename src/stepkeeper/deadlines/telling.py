"""Tells people of a deadline that was missed, and remembers that they were told."""

from typing import assert_never

from botocore.exceptions import BotoCoreError, ClientError

from stepkeeper.aws import closed_times, failed_runs, incidents, missed_starts
from stepkeeper.aws.clients import client
from stepkeeper.deadlines.watch import Watch
from stepkeeper.domain.alert import Alert
from stepkeeper.domain.deadline import Expected
from stepkeeper.domain.deadline_decision import Count, Nothing, Tell, decide, why_blocked
from stepkeeper.domain.deadline_verdict import Judged
from stepkeeper.domain.execution import FAILED, Failure
from stepkeeper.domain.gate import Gate
from stepkeeper.domain.hold import Hold
from stepkeeper.domain.incident import Told
from stepkeeper.domain.incident_alert import write_missed
from stepkeeper.domain.pipeline import Pipeline


def tell_of(watch: Watch, expected: Expected, judged: Judged, hold: Hold | None) -> None:
    """Does what comes of a verdict: publishes first, and remembers then."""
    if judged.is_good:
        return
    pipeline = expected.pipeline
    state_table, table = client("dynamodb"), watch.place.table
    incident = watch.incidents.get(pipeline.name)
    told = None if incident else incidents.read_told(state_table, table, [pipeline.name]).get(pipeline.name)
    decision = decide(
        judged,
        incident,
        told,
        blocked_because=_why_blocked(watch, expected.gate, judged, hold),
        now=watch.now,
    )
    match decision:
        case Tell(opened):
            watch.tell(pipeline, _alert(watch, pipeline, judged))
            if opened:
                incidents.write_incident(state_table, table, opened)
                watch.incidents[pipeline.name] = opened
            else:
                start = judged.deadline.start
                incidents.write_told(state_table, table, pipeline.name, Told(start, start), now=watch.now)
        case Count(counted):
            if counted != incident:
                incidents.write_incident(state_table, table, counted)
                watch.incidents[pipeline.name] = counted
        case Nothing():
            return
        case _:
            assert_never(decision)


def _why_blocked(watch: Watch, gate: Gate, judged: Judged, hold: Hold | None) -> str | None:
    if judged.judgement.verdict != "missing":
        return None
    state_table, table = client("dynamodb"), watch.place.table
    closed = closed_times.read_latest(state_table, table, gate)
    not_settled = missed_starts.read_closed_times(state_table, table)
    closed += [each for each in not_settled if each.gate == gate]
    return why_blocked(judged.deadline, hold, closed, watched=watch.expected.keys())


def _alert(watch: Watch, pipeline: Pipeline, judged: Judged) -> Alert:
    return write_missed(
        pipeline,
        watch.place.state_machine_arn(pipeline),
        judged,
        _failure(judged),
        watch.place.map.downstream(pipeline.name),
    )


def _failure(judged: Judged) -> Failure | None:
    """The error and the cause of the run; that they can not be read keeps nobody from being told."""
    if judged.run is None or judged.run.status not in FAILED:
        return None
    try:
        run = failed_runs.describe_run(client("stepfunctions"), judged.run.arn)
    except (ClientError, BotoCoreError) as error:
        return Failure(error=None, cause=f"not to be read ({type(error).__name__}: {error})")
    return Failure(error=run.error, cause=run.cause) if run else None
