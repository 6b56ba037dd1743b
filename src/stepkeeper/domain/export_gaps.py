"""What is missing of a log group's exports, and how each of its periods stands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from stepkeeper.domain.audit import AuditedGroup, AuditedState, Gap
from stepkeeper.domain.export_expiry import too_short
from stepkeeper.domain.export_plan import Span, rest, spans_of
from stepkeeper.domain.export_table import ExportTable
from stepkeeper.domain.ledger import Entry, State
from stepkeeper.domain.log_group import KnownGroup
from stepkeeper.domain.period import milliseconds, moment_of
from stepkeeper.domain.words import moment

WEIGHT: dict[AuditedState, int] = {
    "accepted": 0,
    "planned": 1,
    "submitted": 1,
    "failed": 2,
    "completed": 3,
    "empty": 3,
    "lost": 3,
}
"""How final a gap is; one in what was exported is about what had expired."""

ALL_PERIODS = "each"
"""What a gap that every period has calls its period."""


@dataclass(frozen=True)
class Finding:
    """A gap, and the entry of the ledger that it is in; None where the ledger does not have it."""

    gap: Gap
    entry: Entry | None


def audited(table: ExportTable, group: KnownGroup, entries: Sequence[Entry]) -> AuditedGroup:
    """Each period's state: where an edition is in the bucket, that counts, whatever became of others."""
    done = _done(entries)
    by_period: dict[str, Entry] = {}
    for entry in sorted(entries, key=lambda each: (each.from_ms, each.edition)):
        before = by_period.setdefault(entry.period, entry)
        if _weight(entry, done) >= _weight(before, done):
            by_period[entry.period] = entry
    return AuditedGroup(
        log_group=group.name,
        export=table.name,
        unit=table.unit,
        periods={period: _state(entry) for period, entry in by_period.items()},
        objects=sum(entry.objects for entry in entries if entry.manifest),
        bytes=sum(entry.bytes for entry in entries if entry.manifest),
    )


def findings(
    table: ExportTable, group: KnownGroup, entries: Sequence[Entry], *, now: datetime, overdue: timedelta
) -> Iterator[Finding]:
    """What is failed, lost, expired or overdue of what the ledger has, and was not accepted."""
    if not group.gone and (why := too_short(table, group.retention_days)):
        yield Finding(Gap(group.name, ALL_PERIODS, "planned", why), None)
    done = _done(entries)
    for entry in entries:
        if not entry.accepted and (reason := _reason(table, entry, done, now=now, overdue=overdue)):
            yield Finding(Gap(group.name, entry.period, entry.state, reason), entry)


def unplanned(
    table: ExportTable, missing: Sequence[Entry], *, has_begun: bool, now: datetime, overdue: timedelta
) -> Iterator[Finding]:
    """What is overdue that the ledger does not even have. Before the first run of all, nothing is."""
    for entry in missing:
        if has_begun and _due(table, entry) + overdue < now:
            why = f"due since {moment(_due(table, entry))}, and no run of export_logs has planned it"
            yield Finding(Gap(entry.log_group, entry.period, "planned", why), None)


def is_news(gap: Gap, told: State | None) -> bool:
    """Whether people have to be told of a gap of which they were told in another state, or never.

    A period that fails each day is late and failed in turn; that it is lost, or had expired, is news.
    """
    return told is None or WEIGHT[gap.state] > WEIGHT[told]


def _reason(
    table: ExportTable, entry: Entry, done: Sequence[Span], *, now: datetime, overdue: timedelta
) -> str | None:
    if entry.manifest:
        return _expired(entry)
    if not _is_open(entry, done):
        return None
    if entry.state in ("failed", "lost"):
        return entry.reason or "no reason given"
    since = max(entry.planned_at, _due(table, entry))
    return f"{entry.state} since {moment(since)}" if since + overdue < now else None


def _expired(entry: Entry) -> str | None:
    """Where it was whole when it was planned: what had expired by then, nobody could have exported."""
    before = entry.expired_before_ms
    tries = [
        part.attempt.began_at
        for part in entry.parts
        if part.attempt and before is not None and part.from_ms < before
    ]
    if before is None or not tries:
        return None
    # The parts of a period that was split are tried days apart; the last of them has set it.
    then = before - (milliseconds(max(tries)) - milliseconds(entry.planned_at))
    if then > entry.from_ms:
        return None
    return f"events before {moment(moment_of(before))} had expired before they were exported"


def _due(table: ExportTable, entry: Entry) -> datetime:
    return moment_of(entry.to_ms) + table.settle


def _done(entries: Sequence[Entry]) -> list[Span]:
    return spans_of(entry for entry in entries if entry.manifest)


def _state(entry: Entry) -> AuditedState:
    return "accepted" if entry.accepted and not entry.manifest else entry.state


def _weight(entry: Entry, done: Sequence[Span]) -> tuple[bool, bool]:
    """Of a period's editions, one that is open counts most, then one that is in the bucket."""
    return _is_open(entry, done), entry.manifest is not None


def _is_open(entry: Entry, done: Sequence[Span]) -> bool:
    """Whether something of it is in the bucket by no edition."""
    return entry.manifest is None and any(rest(part.from_ms, part.to_ms, done) for part in entry.parts)
