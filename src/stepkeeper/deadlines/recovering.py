"""Ends the incidents of pipelines that have succeeded since, and reminds people of the others."""

from contextlib import suppress
from datetime import timedelta

from stepkeeper.aws import incidents, standings
from stepkeeper.aws.clients import client
from stepkeeper.deadlines.errors import NoMoreLists
from stepkeeper.deadlines.watch import Watch
from stepkeeper.domain.deadline import Expected
from stepkeeper.domain.gate import Gate
from stepkeeper.domain.incident import Incident, is_reminder_due, reminded
from stepkeeper.domain.incident_alert import write_recovery, write_reminder
from stepkeeper.domain.pipeline import Pipeline
from stepkeeper.domain.recovery import is_turn, recovered_with, shows_recovery
from stepkeeper.domain.standing import EndedRun, Standing

MOST_PAGES = 5
"""Of a pipeline whose incident is open: an incident may be months old, and a success is among the newest."""

TELLS_FOR = timedelta(seconds=55)
"""The next tick begins a minute after this one, and goes on with what is left."""

EVENT_LATE = timedelta(minutes=2)
"""So long after a run has succeeded its event may come: until then the list of runs is asked each minute."""


def recover_all(watch: Watch) -> None:
    """Tells of the incidents that are over, and reminds people of the others.

    That of a pipeline that has no deadlines any more is forgotten.
    """
    state_table, table = client("dynamodb"), watch.place.table
    standing = standings.read_standings(state_table, table, watch.expected.keys() & watch.incidents.keys())
    for name, incident in sorted(watch.incidents.items()):
        if not watch.has_time(TELLS_FOR):
            return
        with watch.naming(name):
            if name not in watch.expected:
                incidents.close_incident(state_table, table, incident, now=watch.now)
                continue
            pipeline = watch.expected[name].pipeline
            success = None
            if name not in watch.behind:  # its deadlines are judged first, or one would be told alone
                success = _success(watch, watch.expected[name], incident, standing[name])
            if success:
                _end(watch, pipeline, incident, success)
            elif pipeline.remind_every and is_reminder_due(incident, pipeline.remind_every, now=watch.now):
                _remind(watch, pipeline, incident, pipeline.remind_every)


def _success(watch: Watch, expected: Expected, incident: Incident, standing: Standing) -> EndedRun | None:
    """The run that has ended the incident, by what is known and where that is not sure by its list."""
    name, gate = expected.pipeline.name, expected.gate
    if name in watch.successes:
        return watch.successes[name]
    last = standing.succeeded
    shown = shows_recovery(incident, last, gate=gate)
    if shown:
        return last
    if name in watch.listed:
        return None
    since = watch.progress.until or watch.now
    is_new = last is not None and last.stopped_at > since - EVENT_LATE
    if (shown is None and is_new) or is_turn(name, since=since, now=watch.now):
        with suppress(NoMoreLists):  # its turn comes again
            return _listed(watch, expected.pipeline, incident, gate)
    return None


def _listed(watch: Watch, pipeline: Pipeline, incident: Incident, gate: Gate) -> EndedRun | None:
    executions = watch.lists.runs(
        watch.place.state_machine_arn(pipeline),
        since=incident.start,
        is_enough=lambda executions: recovered_with(incident, executions, gate=gate) is not None,
        most_pages=MOST_PAGES,
    )
    return recovered_with(incident, executions, gate=gate)


def _end(watch: Watch, pipeline: Pipeline, incident: Incident, success: EndedRun) -> None:
    arn = watch.place.state_machine_arn(pipeline)
    watch.tell(pipeline, write_recovery(pipeline, arn, incident, success))
    incidents.close_incident(client("dynamodb"), watch.place.table, incident, now=watch.now)


def _remind(watch: Watch, pipeline: Pipeline, incident: Incident, every: timedelta) -> None:
    arn, downstream = watch.place.state_machine_arn(pipeline), watch.place.map.downstream(pipeline.name)
    watch.tell(pipeline, write_reminder(pipeline, arn, incident, downstream, now=watch.now))
    incidents.write_incident(client("dynamodb"), watch.place.table, reminded(incident, every, now=watch.now))
