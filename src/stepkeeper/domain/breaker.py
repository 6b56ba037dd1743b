"""Stops running a state machine's executions again while they keep failing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from stepkeeper.domain.alert import Alert, console_link, write_subject
from stepkeeper.domain.failure import FailureKey

WATCHED_RUNS = 10
"""The first runs of each state machine are watched: they tell whether its outage is over."""

TOLERATED = 0.2
"""The share of them that may fail again."""

OUTAGE_LASTS = timedelta(minutes=30)
"""How long a state machine is left alone after that. Then the first runs tell anew."""


REMEMBERED_FOR = timedelta(hours=1)
"""How long it matters how the runs of an earlier call went."""


@dataclass(frozen=True)
class Outage:
    """The runs of a state machine were failing again."""

    state_machine_arn: str
    since: datetime
    reason: str

    def is_on(self, now: datetime) -> bool:
        """Whether it is too early to try again."""
        return now < self.since + OUTAGE_LASTS


@dataclass(frozen=True)
class WatchedRun:
    """A run that was started again, and how it goes as far as is known."""

    key: FailureKey
    state_machine_arn: str
    execution_arn: str
    status: Literal["RUNNING", "SUCCEEDED", "FAILED"] = "RUNNING"
    error: str = ""


def outage_of(runs: Sequence[WatchedRun], *, now: datetime) -> Outage | None:
    """The outage that a state machine's first runs show; None as long as no more than some have failed."""
    failed = [run for run in runs if run.status == "FAILED"]
    if len(failed) <= TOLERATED * WATCHED_RUNS:
        return None
    errors = [run.error or "no error name" for run in failed]
    commonest = max(sorted(set(errors)), key=errors.count)
    return Outage(
        failed[0].state_machine_arn,
        now,
        f"{len(failed)} of the first {len(runs)} runs that were started again failed again, "
        f"most of them with {commonest}",
    )


def still_to_wait_for(runs: Sequence[WatchedRun]) -> bool:
    """Whether the first runs can still show an outage."""
    running = sum(run.status == "RUNNING" for run in runs)
    failed = sum(run.status == "FAILED" for run in runs)
    return running > 0 and failed + running > TOLERATED * WATCHED_RUNS


def goes_well(runs: Sequence[WatchedRun]) -> bool:
    """Whether so few of a state machine's first runs have failed that more may be started than watched."""
    return sum(run.status == "FAILED" for run in runs) <= TOLERATED * len(runs)


def write_outage_alert(outage: Outage, runs: Sequence[WatchedRun]) -> Alert:
    """What people are told when the breaker stops a state machine."""
    pipeline = outage.state_machine_arn.rsplit(":", 1)[-1]
    failed = next(run for run in runs if run.status == "FAILED")
    until = (outage.since + OUTAGE_LASTS).strftime("%Y-%m-%d %H:%M:%S %Z")
    return Alert(
        subject=write_subject(pipeline, "runs are failing again"),
        body="\n".join(
            [
                f"{pipeline}: runs are failing again, so no more of them are started.",
                "",
                f"What happened: {outage.reason}.",
                f"Pipeline: {outage.state_machine_arn}",
                "Nothing is lost: what was not started is still on the spool, and what failed again, too.",
                "",
                'Next: see to what the runs need. Then look at what waits with {"action": "plan"}. Until '
                f'{until} its verdict is "wait"; a plan with "override": "restart" runs it all the same.',
                f"Look at one of them: {console_link(failed.execution_arn)}",
            ]
        ),
        attributes={"pipeline": pipeline, "verdict": "failing_again"},
    )
