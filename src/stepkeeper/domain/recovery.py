"""Tells whether an incident is over: a run for the missed start, or for a later one, has succeeded."""

import zlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from stepkeeper.domain.execution import Execution
from stepkeeper.domain.gate import Gate
from stepkeeper.domain.incident import Incident
from stepkeeper.domain.standing import EndedRun
from stepkeeper.domain.start_runs import StartTimes, is_run_again, runs_for, start_told_by

LISTED_EVERY = timedelta(minutes=15)
"""How often the runs of a pipeline with an open incident are listed: the event of a success can get lost."""


def recovered_with(incident: Incident, executions: Sequence[Execution], *, gate: Gate) -> EndedRun | None:
    """The first success of a run for the missed start or a later one, in a list that reaches back so far."""
    runs = runs_for(StartTimes(incident.start), executions, gate=gate)
    successes = [
        EndedRun(run.arn, run.status, run.started_at, run.stopped_at, run.redrive_count)
        for run in runs
        if run.status == "SUCCEEDED" and run.stopped_at
    ]
    return min(successes, key=lambda run: (run.stopped_at, run.arn), default=None)


def shows_recovery(incident: Incident, success: EndedRun | None, *, gate: Gate) -> bool | None:
    """Whether the success that was started last shows that the incident is over.

    None: it may, but only a list of the runs can tell, since that run was one that is run again.
    """
    if success is None:
        return False
    name = success.arn.rsplit(":", 1)[-1]
    if is_run_again(name):
        return None if success.started_at >= incident.start else False
    return start_told_by(name, success.started_at, gate=gate) >= incident.start


def is_turn(name: str, *, since: datetime, now: datetime) -> bool:
    """Whether a pipeline is one of those that are listed between `since` and `now`, each once in a while.

    They take turns, so that many incidents are not all looked at in the same minute.
    """
    every = int(LISTED_EVERY.total_seconds())
    turn = zlib.crc32(name.encode()) % every
    return (int(now.timestamp()) - turn) // every > (int(since.timestamp()) - turn) // every
