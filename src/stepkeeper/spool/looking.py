"""Looks how the first runs go that were started again, and stops the state machines whose runs fail again."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from stepkeeper.aws import failed_runs
from stepkeeper.aws.clients import client
from stepkeeper.domain.breaker import WatchedRun, goes_well, still_to_wait_for
from stepkeeper.domain.error_spooler import failure_key_of
from stepkeeper.domain.execution import FAILED
from stepkeeper.spool.tripping import trip


def look_at(
    state_table: str,
    alert_topic_arn: str,
    runs: Sequence[WatchedRun],
    *,
    trusted: Iterable[str],
    patient: bool,
    now: datetime,
) -> dict[str, Any]:
    """How they go, and what that means: `go on`, `wait`, or `stop` where every state machine was stopped.

    `trusted` are the state machines that went well before; in the answer, those that do now as well. Where
    we are not `patient` any more, runs that go on for long have at least not failed.
    """
    seen = [_seen(run) for run in runs]
    stopped: list[str] = []
    good = set(trusted)
    waiting = False
    machines = sorted({run.state_machine_arn for run in seen})
    for machine in machines:
        its = [run for run in seen if run.state_machine_arn == machine]
        outage = trip(state_table, alert_topic_arn, its, now=now)
        good.discard(machine)
        if outage:
            stopped.append(f"{machine.rsplit(':', 1)[-1]}: {outage.reason}")
        elif patient and still_to_wait_for(its):
            waiting = True
        elif goes_well(its):
            good.add(machine)
    all_stopped = bool(machines) and len(stopped) == len(machines)
    return {
        "verdict": "stop" if all_stopped else "wait" if waiting else "go on",
        "trusted": sorted(good),
        "reason": "; ".join(stopped) or "no more than some of the first runs have failed again",
        "running": sum(run.status == "RUNNING" for run in seen),
        "succeeded": sum(run.status == "SUCCEEDED" for run in seen),
        "failed_again": sum(run.status == "FAILED" for run in seen),
    }


def _seen(watched: WatchedRun) -> WatchedRun:
    """The run as it is now; one that Step Functions does not show yet is taken for running."""
    run = failed_runs.describe_run(client("stepfunctions"), watched.execution_arn)
    if run is None or failure_key_of(watched.execution_arn, redrive_count=run.redrive_count) == watched.key:
        return watched
    if run.status in FAILED:
        return replace(watched, status="FAILED", error=run.error or run.status)
    return replace(watched, status="SUCCEEDED") if run.status == "SUCCEEDED" else watched
