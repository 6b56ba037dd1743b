"""Finds the next period to export."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from stepkeeper.domain.period import Period


@dataclass(frozen=True)
class Export:
    """This period comes next."""

    period: Period
    reason: str


@dataclass(frozen=True)
class Done:
    """Nothing is left to export."""

    reason: str


def next_export(
    periods: Iterable[Period], *, done: Collection[str], log_group_created_at: datetime
) -> Export | Done:
    """The first of `periods` that has no manifest and that the log group was there for.

    `done` holds the ids of the periods that have one.
    """
    left = [period for period in periods if period.id not in done and period.end > log_group_created_at]
    if not left:
        return Done("every finished period has its manifest")
    return Export(left[0], f"{len(left)} finished periods have no manifest; {left[0].id} is the oldest")
