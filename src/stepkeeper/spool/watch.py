"""What a call of the reprocessor knows of each state machine: how many runs it may have, and how they go."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from stepkeeper.aws import breakers, failed_runs, outages, step_functions
from stepkeeper.aws.clients import client
from stepkeeper.domain.breaker import (
    REMEMBERED_FOR,
    WATCHED_RUNS,
    Outage,
    WatchedRun,
)
from stepkeeper.domain.failure import FailureKey, FailureRecord
from stepkeeper.domain.spooled_run import SpooledRun, Unreadable
from stepkeeper.errors import AwsUnavailable
from stepkeeper.spool.tripping import trip

LOOKED_AT = 50
"""DescribeExecution refills 10 a second in most Regions, and each of them is asked for every few seconds."""


@dataclass
class Machine:
    """A state machine during one call. `room`: so many more of its executions may run.

    `earlier` are the runs that a call before has started, `watched` the first of this one.
    """

    room: int
    outage: Outage | None
    earlier: list[WatchedRun] = field(default_factory=list)
    watched: list[WatchedRun] = field(default_factory=list)


@dataclass
class Watch:
    """All state machines that a call has met.

    `trusted`, in a drain: those whose first runs went well. Of any other it starts no more than can be
    watched. None: not in a drain.
    """

    state_table: str
    alert_topic_arn: str
    max_running: int
    trusted: frozenset[str] | None = None
    machines: dict[str, Machine] = field(default_factory=dict)
    revisions: dict[str, str | None] = field(default_factory=dict)

    def machine(self, state_machine_arn: str, *, now: datetime) -> Machine:
        """A state machine, which is asked about when it is met for the first time."""
        known = self.machines.get(state_machine_arn)
        if known:
            return known
        breaker = breakers.read_breaker(client("dynamodb"), self.state_table, state_machine_arn)
        room = max(0, self.max_running - _count_running(state_machine_arn))
        if self.trusted is not None and state_machine_arn not in self.trusted:
            room = min(room, self._watchable())
        recent = breaker.watched_at is not None and now - breaker.watched_at < REMEMBERED_FOR
        machine = Machine(room, breaker.outage, earlier=breaker.watched if recent else [])
        self.machines[state_machine_arn] = machine
        return machine

    def meet(self, runs: Iterable[SpooledRun | Unreadable], *, now: datetime) -> None:
        """Asks about the state machines of runs, before their failures are looked up."""
        for run in runs:
            if isinstance(run, SpooledRun):
                self.machine(run.state_machine_arn, now=now)

    def revision(self, state_machine_arn: str) -> str | None:
        """The revision that a state machine has now, asked for once."""
        if state_machine_arn not in self.revisions:
            now = failed_runs.current_revision(client("stepfunctions"), state_machine_arn)
            self.revisions[state_machine_arn] = now
        return self.revisions[state_machine_arn]

    def _watchable(self) -> int:
        """How many runs of one more state machine can be watched."""
        probed = sum(arn not in (self.trusted or ()) for arn in self.machines)
        return WATCHED_RUNS if (probed + 1) * WATCHED_RUNS <= LOOKED_AT else 0

    def remember(self, *, now: datetime) -> None:
        """Lets the next call see how the runs of this one went."""
        for arn, machine in self.machines.items():
            if machine.watched:
                breakers.write_watched(client("dynamodb"), self.state_table, arn, machine.watched, now=now)

    def started(self, key: FailureKey, state_machine_arn: str, execution_arn: str) -> None:
        """Remembers the first runs of each state machine."""
        watched = self.machines[state_machine_arn].watched
        if len(watched) < WATCHED_RUNS:
            watched.append(WatchedRun(key, state_machine_arn, execution_arn))

    def told(self) -> list[dict[str, Any]]:
        """The watched runs, as `look` takes them: no more than can be looked at again and again."""
        probed_first = sorted(self.machines.items(), key=lambda each: each[0] in (self.trusted or ()))
        told = [
            {
                "lineage": run.key.lineage,
                "attempt": run.key.attempt,
                "state_machine_arn": run.state_machine_arn,
                "execution_arn": run.execution_arn,
            }
            for _, machine in probed_first
            for run in machine.watched
        ]
        return told[:LOOKED_AT]

    def awaited(self) -> list[FailureKey]:
        """The failures that there are if watched runs have failed again."""
        return [run.key.next for each in self.machines.values() for run in (*each.earlier, *each.watched)]

    def look(self, failures: Mapping[FailureKey, FailureRecord], *, now: datetime) -> None:
        """Stops each state machine whose first runs have failed again, as far as that is known."""
        for machine in self.machines.values():
            machine.earlier = [_as_known(run, failures) for run in machine.earlier]
            machine.watched = [_as_known(run, failures) for run in machine.watched]
            for runs in (machine.earlier, machine.watched):
                if not (machine.outage and machine.outage.is_on(now)):
                    machine.outage = trip(self.state_table, self.alert_topic_arn, runs, now=now)


def _as_known(run: WatchedRun, failures: Mapping[FailureKey, FailureRecord]) -> WatchedRun:
    failure = failures.get(run.key.next)
    return replace(run, status="FAILED", error=failure.error or "") if failure else run


def _count_running(state_machine_arn: str) -> int:
    """Raises AwsUnavailable: what can't be counted now may be too much."""
    with outages.named(AwsUnavailable, f"the executions of {state_machine_arn} could not be counted"):
        try:
            return step_functions.count_running(client("stepfunctions"), state_machine_arn)
        except ClientError as error:
            if outages.is_outage(error):
                raise
            return (
                0  # there is no such machine, or it is not ours to run: StartExecution says so for its runs
            )
