"""Tables of exports.toml, log groups and entries of the ledger, for tests that care about some of it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from stepkeeper.domain.export_table import ExportTable
from stepkeeper.domain.ledger import Attempt, Entry, Part
from stepkeeper.domain.log_group import KnownGroup, LogGroup
from stepkeeper.domain.period import milliseconds

GROUP = "/orders/nightly"
RUN = "arn:aws:states:ap-northeast-1:123456789012:execution:export_logs:2026-11-22"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
HOUR_MS, DAY_MS = 3_600_000, 86_400_000

TABLE = ExportTable(
    name="nightly",
    log_groups=(GROUP,),
    prefixes=(),
    tags=(),
    unit="month",
    zone=ZoneInfo("UTC"),
    back=3,
    settle=timedelta(hours=12),
    folder="exports",
    storage_class="STANDARD_IA",
    retention_days=None,
    at_most=100 * 10**9,
)
LOG_GROUP = LogGroup(GROUP, LONG_AGO, None, 0)
KNOWN = KnownGroup(GROUP, LONG_AGO, None, "nightly")


def ms(text: str) -> int:
    """`2026-10-01` or `2026-10-01T09:00:00+09:00`, in UTC where it says no zone."""
    moment = datetime.fromisoformat(text)
    return milliseconds(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def spans(entries: Iterable[Entry]) -> list[tuple[int, int]]:
    """What the parts are about, in order."""
    return sorted((part.from_ms, part.to_ms) for entry in entries for part in entry.parts)


def attempt(began_at: datetime = NOW, task_id: str | None = "task-1") -> Attempt:
    token = f"{began_at:%Y%m%dT%H%M%S.%fZ}"
    return Attempt(
        f"stepkeeper {token}", f"standard-ia/exports/orders/nightly/2026-10/{token}", began_at, task_id
    )


def entry(period: str = "2026-10", *parts: Part, **changes: Any) -> Entry:
    """A month of which nothing is done, in UTC, unless its parts say otherwise."""
    if not parts:
        year, month = map(int, period.split("-")[:2])
        following = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
        parts = (Part(milliseconds(datetime(year, month, 1, tzinfo=UTC)), milliseconds(following)),)
    made = Entry(
        log_group=GROUP,
        period=period,
        edition=1,
        export="nightly",
        folder="exports",
        storage="STANDARD_IA",
        parts=parts,
        planned_at=NOW,
    )
    return replace(made, **changes)


def exported(period: str = "2026-10", *parts: Part, objects: int = 3, **changes: Any) -> Entry:
    """An entry whose manifest is in the bucket."""
    made = entry(period, *parts)
    ended = tuple(
        replace(
            part,
            state="completed" if objects else "empty",
            tries=1,
            attempt=attempt(),
            objects=objects,
            bytes=objects * 100,
        )
        for part in made.parts
    )
    return replace(
        made, **{"parts": ended, "manifest": f"exports/manifests/orders/nightly/{period}.json", **changes}
    )
