"""Makes up for the starts that a pipeline missed while its gate was closed, each at most once."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from stepkeeper.aws import (
    closed_times,
    events,
    extra_deadlines,
    missed_starts,
    scheduler,
    step_functions,
)
from stepkeeper.aws.clients import client
from stepkeeper.domain.deadline import REMEMBERED_FOR
from stepkeeper.domain.execution import listed_since
from stepkeeper.domain.gate import Gate
from stepkeeper.domain.gate_news import MadeUp
from stepkeeper.domain.missed import (
    ClosedTime,
    has_happened,
    made_up_name,
    settled_at,
    what_to_make_up,
)
from stepkeeper.domain.pipeline import Pipeline
from stepkeeper.domain.schedule import Schedule
from stepkeeper.domain.start_input import input_of_rule, input_of_schedule
from stepkeeper.errors import InvalidSchedule, ScheduleNotAnchored, StartNotReproducible
from stepkeeper.pipelines.place import Place
from stepkeeper.pipelines.schedules import Schedules


def make_up(
    place: Place, schedules: Schedules, pipeline: Pipeline, closed: ClosedTime, *, now: datetime
) -> MadeUp:
    """Starts the runs that the map wants for the starts missed in a closed time, and forgets it then.

    A start that may happen by itself is left for later, when it can be seen whether it has. Raises what
    reading the gate and starting a run raise; what was started is started once, however often this is done.
    """
    try:
        schedule = schedules.of(pipeline, now=now)
    except (InvalidSchedule, ScheduleNotAnchored):
        missed_starts.drop_closed_time(client("dynamodb"), place.table, closed)
        if pipeline.missed == "drop":
            return MadeUp(pipeline.name, missed=0, runs=0)
        raise  # once: nobody will ever know what was missed
    plan = what_to_make_up(closed, schedule, pipeline.missed)
    arn = place.state_machine_arn(pipeline)
    settled = [start for start in plan.unsure if settled_at(start) <= now]
    unmet = _not_happened(arn, settled, schedule, closed.gate)
    started = []
    try:
        starts = [*plan.starts, *unmet]
        inputs = _inputs(closed.gate, arn, starts) if starts else {}
    except StartNotReproducible:
        missed_starts.drop_closed_time(client("dynamodb"), place.table, closed)
        raise  # once: people make up for it
    for start, input in inputs.items():
        if pipeline.succeeds_within:
            extra_deadlines.put_extra_deadline(
                client("dynamodb"), place.table, pipeline.name, start, due=now + pipeline.succeeds_within
            )
        run = step_functions.start_once(
            client("stepfunctions"),
            state_machine_arn=arn,
            name=made_up_name(closed.gate, start),
            input=input,
        )
        started += [run] if run else []
    if len(settled) == len(plan.unsure):
        keep_until = closed.opened_at + (pipeline.succeeds_within or timedelta(0)) + REMEMBERED_FOR
        closed_times.remember_closed_time(client("dynamodb"), place.table, closed, keep_until=keep_until)
        missed_starts.drop_closed_time(client("dynamodb"), place.table, closed)
    return MadeUp(
        pipeline.name,
        missed=plan.missed + len(unmet),
        runs=len(plan.starts) + len(unmet),
        started=tuple(started),
    )


def _not_happened(
    state_machine_arn: str, starts: list[datetime], schedule: Schedule, gate: Gate
) -> list[datetime]:
    """Those of the starts for which the gate has started no run."""
    if not starts:
        return []
    listed = step_functions.list_executions(client("stepfunctions"), state_machine_arn)
    runs = list(listed_since(listed, starts[0]))
    return [start for start in starts if not has_happened(start, schedule, runs, gate)]


def _inputs(gate: Gate, state_machine_arn: str, starts: Sequence[datetime]) -> dict[datetime, str]:
    """What the gate would have given each of these starts. Raises StartNotReproducible."""
    if gate.kind == "rule":
        arn, targets = events.read_targets(client("events"), gate)
        return {
            start: input_of_rule(targets, rule_arn=arn, state_machine_arn=state_machine_arn, start=start)
            for start in starts
        }
    arn, target = scheduler.read_target(client("scheduler"), gate)
    return {
        start: input_of_schedule(target, schedule_arn=arn, state_machine_arn=state_machine_arn, start=start)
        for start in starts
    }
