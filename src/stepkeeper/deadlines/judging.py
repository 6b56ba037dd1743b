"""Judges the deadlines that came due: by what is remembered where that tells enough, else by lists."""

from collections.abc import Sequence
from functools import partial

from stepkeeper.aws import extra_deadlines, holds, standings, successes
from stepkeeper.aws.clients import client
from stepkeeper.deadlines.errors import NoMoreLists
from stepkeeper.deadlines.gathering import Due
from stepkeeper.deadlines.telling import tell_of
from stepkeeper.deadlines.watch import Watch
from stepkeeper.domain.deadline import Deadline, Expected, by_urgency
from stepkeeper.domain.deadline_decision import is_held_before
from stepkeeper.domain.deadline_verdict import Judged, judge_remembered, judge_start
from stepkeeper.domain.execution import Execution
from stepkeeper.domain.gate import Gate
from stepkeeper.domain.hold import Hold
from stepkeeper.domain.recovery import recovered_with
from stepkeeper.domain.schedule import Schedule
from stepkeeper.domain.standing import standing_of
from stepkeeper.domain.start_runs import StartTimes, runs_for


def judge_all(watch: Watch, due: Due) -> None:
    """Judges all deadlines, as far as the time and the quota for lists allow."""
    left = {name: deadlines for name, deadlines in _not_remembered(watch, due).items() if deadlines}
    gates = {name: watch.expected[name].gate for name in left}
    held = holds.read_holds(client("dynamodb"), watch.place.table, gates.values())
    # What a gate that is held closed did not start is the upstream's to tell: it waits for all others.
    blocked = {name for name in left if is_held_before(left[name][0], held.get(gates[name]))}
    urgent = by_urgency({name: left[name] for name in left if name not in blocked}, watch.place.map)
    for name in [*urgent, *by_urgency({name: left[name] for name in blocked}, watch.place.map)]:
        with watch.naming(name):
            try:
                _judge_by_list(watch, watch.expected[name], left[name], held.get(gates[name]))
            except NoMoreLists:
                continue  # it is behind, and comes first in the next tick
            _is_done(watch, name, due[name])


def _not_remembered(watch: Watch, due: Due) -> Due:
    """The deadlines that no remembered success answers; pipelines without any of them are done."""
    table = watch.place.table
    wanted = [(each.pipeline, each.start) for deadlines in due.values() for each in deadlines]
    remembered = successes.read_successes(client("dynamodb"), table, wanted)
    left: Due = {name: [] for name in due}
    for name, deadlines in due.items():
        for deadline in deadlines:
            run = remembered.get((name, deadline.start))
            judged = judge_remembered(deadline, run.stopped_at) if run else None
            if run is None or judged is None:
                left[name].append(deadline)
                continue
            watch.judged += 1
            incident = watch.incidents.get(name)
            if incident and deadline.start >= incident.start:
                watch.successes[name] = run
        if not left[name]:
            with watch.naming(name):
                _is_done(watch, name, deadlines)
    return left


def _judge_by_list(
    watch: Watch, expected: Expected, deadlines: Sequence[Deadline], hold: Hold | None
) -> None:
    pipeline, gate = expected.pipeline, expected.gate
    schedule = watch.schedules.of(pipeline, now=watch.now)
    judge = partial(_judge, watch, deadlines, schedule, gate)
    executions = watch.lists.runs(
        watch.place.state_machine_arn(pipeline),
        since=min(deadline.start for deadline in deadlines),
        is_enough=lambda executions: all(judged.is_good for judged in judge(executions)),
    )
    watch.listed.add(pipeline.name)
    if pipeline.blocks:  # what the list shows is what its events should have told
        standings.note_standing(client("dynamodb"), watch.place.table, pipeline.name, standing_of(executions))
    for judged in judge(executions):
        tell_of(watch, expected, judged, hold)
        watch.judged += 1
    incident = watch.incidents.get(pipeline.name)
    success = recovered_with(incident, executions, gate=gate) if incident else None
    if success:
        watch.successes[pipeline.name] = success


def _judge(
    watch: Watch,
    deadlines: Sequence[Deadline],
    schedule: Schedule,
    gate: Gate,
    executions: Sequence[Execution],
) -> list[Judged]:
    judged = []
    for deadline in deadlines:
        starts = StartTimes(deadline.start, schedule.next_start(deadline.start))
        judged.append(judge_start(deadline, runs_for(starts, executions, gate=gate), now=watch.now))
    return judged


def _is_done(watch: Watch, name: str, deadlines: Sequence[Deadline]) -> None:
    for deadline in deadlines:
        if deadline.is_extra:
            extra_deadlines.drop_extra_deadline(client("dynamodb"), watch.place.table, deadline)
    watch.behind.pop(name, None)
