"""How many bytes an export will take, guessed before it begins, for nobody is to be surprised by a bill."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from stepkeeper.domain.export_plan import Span, rest
from stepkeeper.domain.export_table import ExportTable
from stepkeeper.domain.ledger import Entry
from stepkeeper.domain.log_group import LogGroup
from stepkeeper.domain.period import milliseconds

METRICS_KEPT = timedelta(days=455)
"""How long metrics are kept (CloudWatch User Guide, concepts)."""

DAY_MS = 24 * 3_600_000
Incoming = Mapping[int, float]
"""The bytes that came in on a day, by the Unix time in milliseconds at which it began."""


def left_of(entries: Sequence[Entry]) -> tuple[Span, ...]:
    """What is still to be exported."""
    return tuple(
        (part.from_ms, part.to_ms)
        for entry in entries
        if entry.manifest is None and not (entry.lost or entry.accepted)
        for part in entry.parts
        if part.state not in ("completed", "empty")
    )


def bytes_of(group: LogGroup, spans: Sequence[Span], incoming: Incoming, *, now: datetime) -> int:
    """What came in on the days that metrics tell of; of the time before, a share of what is stored."""
    kept_from, now_ms = milliseconds(group.oldest_kept(now)), milliseconds(now)
    # A day without a value is one on which nothing came in, but for a group that has no values at all.
    counted_from = milliseconds(now - METRICS_KEPT) if incoming else now_ms
    counted = sum(of_day * _overlap(spans, day, day + DAY_MS) / DAY_MS for day, of_day in incoming.items())
    earlier = _overlap(spans, kept_from, counted_from)
    share = earlier / (now_ms - kept_from) if now_ms > kept_from else 0
    return round(counted + group.stored_bytes * share)


def too_much(table: ExportTable, estimates: Mapping[str, int]) -> str | None:
    """Why nothing of the table is exported, where its groups would take more than it allows."""
    total = sum(estimates.values())
    if total <= table.at_most:
        return None
    largest = sorted(estimates.items(), key=lambda each: -each[1])[:3]
    named = ", ".join(f"{name} ({written(size)})" for name, size in largest)
    return (
        f"[exports.{table.name}] about {written(total)} are left to export, and at_most allows "
        f"{written(table.at_most)} a run. Nothing of it was begun. The largest: {named}. "
        "Raise at_most, or lower back."
    )


def written(size: int) -> str:
    """`1.2 GB`"""
    amount, unit = float(size), "bytes"
    for larger in ("KB", "MB", "GB", "TB"):
        if amount < 1000:
            break
        amount, unit = amount / 1000, larger
    return f"{amount:.0f} {unit}" if unit == "bytes" else f"{amount:.1f} {unit}"


def _overlap(spans: Sequence[Span], start: int, end: int) -> int:
    """How many milliseconds of the spans are between two moments."""
    if end <= start:
        return 0
    return (end - start) - sum(last - first for first, last in rest(start, end, sorted(spans)))
