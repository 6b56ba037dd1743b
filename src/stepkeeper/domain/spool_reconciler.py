"""Decides which state machines are compared with the spool, since when, and which failures count."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from stepkeeper.domain.execution import FAILED, Execution

MOST_CALLS = 60
"""ListExecutions calls of one reconciliation. Most Regions take 100 at once, and refill 2 a second."""

MOST_CALLS_EACH = 30
"""A state machine that has too many executions leaves as many for the others."""

FIRST_LOOK_BACK = timedelta(hours=1)
"""How far back a state machine is looked at that has not been before."""

LONGEST_LOOK_BACK = timedelta(days=1)
"""A state machine that was not looked at for longer has a gap; without an end it would hold up all others."""

SETTLING = timedelta(minutes=2)
"""A failure so new is left to its event, which is most likely on its way."""

OVERLAP = timedelta(minutes=10)
"""ListExecutions is eventually consistent: the last minutes of the time before are looked at again."""


@dataclass(frozen=True)
class Comparison:
    """A state machine, and the time in which its failures are compared with what was spooled."""

    state_machine_arn: str
    since: datetime
    until: datetime
    is_first: bool = False


def order_comparisons(
    state_machine_arns: Iterable[str], reconciled_until: Mapping[str, datetime], *, now: datetime
) -> list[Comparison]:
    """Those that were compared longest ago come first, so that each has its turn."""
    until = now - SETTLING
    comparisons = [
        Comparison(
            arn,
            since=max(reconciled_until.get(arn, until - FIRST_LOOK_BACK), until - LONGEST_LOOK_BACK),
            until=until,
            is_first=arn not in reconciled_until,
        )
        for arn in state_machine_arns
    ]
    return sorted(comparisons, key=lambda each: (each.since, each.state_machine_arn))


def failures_in(comparison: Comparison, page: Sequence[Execution]) -> list[Execution]:
    """The executions of a page that failed in the time that is compared."""
    return [
        execution
        for execution in page
        if execution.status in FAILED
        and execution.stopped_at
        and comparison.since - OVERLAP < execution.stopped_at <= comparison.until
    ]


def redriven_in(comparison: Comparison, page: Sequence[Execution]) -> list[Execution]:
    """The executions of a page that were redriven in that time, however they go since."""
    return [
        execution
        for execution in page
        if execution.redriven_at and comparison.since - OVERLAP < execution.redriven_at <= comparison.until
    ]


def reaches_back(comparison: Comparison, page: Sequence[Execution]) -> bool:
    """Whether the pages so far hold all that happened in that time: they come newest first."""
    return any(execution.listed_at <= comparison.since - OVERLAP for execution in page)
