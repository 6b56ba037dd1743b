"""Whether a log group may keep less, now that its older periods are in the bucket."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from stepkeeper.domain.export_plan import rest, spans_of
from stepkeeper.domain.export_table import ExportTable
from stepkeeper.domain.ledger import Entry
from stepkeeper.domain.log_group import KnownGroup
from stepkeeper.domain.period import milliseconds

LONGEST = {
    "day": timedelta(days=1, hours=1),
    "week": timedelta(days=7, hours=1),
    "month": timedelta(days=31, hours=1),
}
"""On a day on which clocks are put back, a day has 25 hours."""


def may_shorten(table: ExportTable, group: KnownGroup, entries: Sequence[Entry], *, now: datetime) -> bool:
    """Whether all that would expire at once has been exported, whole; what is not due yet counts, too.

    While a period could not be exported, nobody knows when it will be: the group keeps all it has. What is
    lost went with a group of the same name before it.
    """
    days = table.retention_days
    if days is None or (group.retention_days is not None and group.retention_days <= days):
        return False
    oldest = group.created_at
    if group.retention_days is not None:
        oldest = max(oldest, now - timedelta(days=group.retention_days))
    expires = milliseconds(now - timedelta(days=days))
    done = spans_of(entry for entry in entries if entry.manifest)
    left = spans_of(entry for entry in entries if not (entry.manifest or entry.accepted or entry.lost))
    if any(rest(start, end, done) for start, end in left):
        return False
    return not rest(milliseconds(oldest), expires, done)


def too_short(table: ExportTable, retention_days: int | None) -> str | None:
    """What is to be said of a retention by which a part of each period expires before it can be exported."""
    if retention_days is None or timedelta(days=retention_days) > LONGEST[table.unit] + table.settle:
        return None
    return (
        f"its retention of {retention_days} days is shorter than a {table.unit} and the time that is waited "
        f"after it: the oldest events of each {table.unit} expire before they can be exported. "
        "Choose a shorter period, or a longer retention."
    )
