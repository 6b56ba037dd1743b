"""What of a log group is to be exported that the ledger does not have yet."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from stepkeeper.domain.export_table import ExportTable
from stepkeeper.domain.ledger import Entry, Part
from stepkeeper.domain.log_group import LogGroup
from stepkeeper.domain.period import Period, finished_periods, milliseconds
from stepkeeper.domain.words import moment

BACKDATED = timedelta(days=14)
"""An event may be dated so long before it is put (API reference, PutLogEvents), and so before the birth of
its log group: the first events of a Lambda function are older than the group that they create."""

Span = tuple[int, int]


def missing(
    table: ExportTable, group: LogGroup, entries: Sequence[Entry], *, now: datetime
) -> tuple[Entry, ...]:
    """Entries for the finished periods, and the rests of periods, that no entry covers; oldest first.

    What ended before the group's birth, or has expired by now, is none of them; but where the ledger has
    something older, it should have been exported, and is lost.
    """
    covered = spans_of(entries)
    known_from = _first_hole(covered)
    born, kept_from = milliseconds(group.created_at), milliseconds(group.oldest_kept(now))
    editions: dict[str, int] = defaultdict(int)
    for entry in entries:
        editions[entry.period] = max(entry.edition, editions[entry.period])
    planned = []

    def add(period: Period, start: int, end: int, lost: str | None = None) -> None:
        if spans := rest(start, end, covered):
            editions[period.id] += 1
            made = plan(table, group.name, period.id, spans, now=now, edition=editions[period.id])
            planned.append(replace(made, lost=lost))

    for period in _wanted(table, covered, now=now):
        start, end = milliseconds(period.start), milliseconds(period.end)
        first = max(0, milliseconds(group.created_at - BACKDATED)) if start <= born else start
        if known_from is not None:
            gone_until = end if end <= kept_from else first
            why = _why_lost(group, is_deleted=start <= born)
            add(period, max(start, known_from), gone_until, why)
        if end > kept_from:
            add(period, first, end)
    return tuple(planned)


def _why_lost(group: LogGroup, *, is_deleted: bool) -> str:
    if is_deleted:
        return f"the log group was deleted before that, and made again at {moment(group.created_at)}"
    return f"it had expired before a run planned it: the retention is {group.retention_days} days"


def spans_of(entries: Iterable[Entry]) -> list[Span]:
    """What the entries are about, in order; one entry may be about the time on both sides of another's."""
    return sorted((part.from_ms, part.to_ms) for entry in entries for part in entry.parts)


def plan(
    table: ExportTable, log_group: str, period: str, spans: Iterable[Span], *, now: datetime, edition: int
) -> Entry:
    """An entry of which nothing is done yet."""
    return Entry(
        log_group=log_group,
        period=period,
        edition=edition,
        export=table.name,
        folder=table.folder,
        storage=table.storage_class,
        parts=tuple(Part(start, end) for start, end in spans),
        planned_at=now,
    )


def _wanted(table: ExportTable, covered: Sequence[Span], *, now: datetime) -> list[Period]:
    """As many as the table wants, and all since the ledger's first hole, which may be its end.

    Neither a change from months to days nor a long time without a run may leave any out.
    """
    hole = _first_hole(covered)
    count = table.back
    while True:
        periods = finished_periods(table.unit, now=now, zone=table.zone, count=count, settle=table.settle)
        if hole is None or milliseconds(periods[0].start) <= hole:
            break
        count *= 2
    older = (period for period in periods[: -table.back] if milliseconds(period.end) > (hole or 0))
    return [*older, *periods[-table.back :]]


def _first_hole(covered: Sequence[Span]) -> int | None:
    """The first instant since the beginning of what is covered that is not; None where nothing is."""
    end = None
    for first, last in covered:
        if end is not None and first > end:
            break
        end = last if end is None else max(end, last)
    return end


def union(spans: Iterable[Span]) -> tuple[Span, ...]:
    """All of the spans, each instant once; `spans` are in the order of their beginnings."""
    joined: list[Span] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def is_of_group_before(entry: Entry, group: LogGroup) -> bool:
    """Whether an open entry was planned for a log group of the same name that was deleted."""
    is_open = entry.manifest is None and not (entry.lost or entry.accepted)
    return is_open and entry.planned_at < group.created_at and entry.to_ms <= milliseconds(group.created_at)


def rest(start: int, end: int, covered: Iterable[Span]) -> tuple[Span, ...]:
    """What of a span is not covered; `covered` is in the order of its beginnings."""
    left = []
    for first, last in covered:
        if last <= start or first >= end:
            continue
        if first > start:
            left.append((start, first))
        start = max(start, last)
    if start < end:
        left.append((start, end))
    return tuple(left)
