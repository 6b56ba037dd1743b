"""The log groups of these tests, and every line that was ever put into them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from stepkeeper.domain.period import milliseconds

NEW_YORK, UTC_ZONE = ZoneInfo("America/New_York"), ZoneInfo("UTC")
LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)
LAST = (2026, 11)
"""The month that is not over yet, by the clock of the simulation."""

TABLES = """
[exports.nightly]
prefixes  = ["/nightly/"]
time_zone = "America/New_York"
back      = {back}

[exports.others]
log_groups = ["/other/mail"]
tags       = {{ export = "yes" }}
back       = {back}
folder     = "others"
"""


@dataclass(frozen=True)
class Written:
    """A log group of which so many months are wanted, and its lines by the moments that they are dated."""

    name: str
    zone: ZoneInfo
    count: int
    created: datetime
    lines: tuple[tuple[int, str], ...]
    tags: dict[str, str]


def months(zone: ZoneInfo, count: int) -> list[tuple[str, int, int]]:
    """The last months that are over: their names, and from where to where each lasts; oldest first."""
    year, month = LAST
    first = [divmod(year * 12 + month - 1 - back, 12) for back in range(count, -1, -1)]
    starts = [datetime(years, index + 1, 1, tzinfo=zone) for years, index in first]
    names = [f"{start:%Y-%m}" for start in starts]
    return [
        (name, milliseconds(start), milliseconds(end))
        for name, (start, end) in zip(names, pairwise(starts), strict=False)
    ]


def a_year() -> list[Written]:
    """Five groups: two by New York's months, in which clocks change, one of them young; one with empty
    months; one whose first events are older than itself; two of them are found by a tag."""
    young, new_year = datetime(2026, 3, 8, 6, 59, 59, tzinfo=UTC), datetime(2026, 1, 1, 0, 0, 1, tzinfo=UTC)
    export = {"export": "yes"}
    return [
        _group("/nightly/orders", NEW_YORK, 12),
        _group("/nightly/young", NEW_YORK, 12, created=young, since=young),
        _group("/other/mail", UTC_ZONE, 12, leave_out=("2026-01", "2026-02", "2026-10")),
        _group(
            "/other/backdated",
            UTC_ZONE,
            12,
            created=new_year,
            since=new_year - timedelta(days=2),
            tags=export,
        ),
        _group("/other/tagged", UTC_ZONE, 12, tags=export | {"team": "a"}),
    ]


def two_months() -> list[Written]:
    """Two groups."""
    return [
        _group("/nightly/orders", NEW_YORK, 2),
        _group("/other/mail", UTC_ZONE, 2, leave_out=("2026-10",)),
    ]


def _group(
    name: str,
    zone: ZoneInfo,
    count: int,
    *,
    created: datetime = LONG_AGO,
    since: datetime | None = None,
    leave_out: tuple[str, ...] = (),
    tags: dict[str, str] | None = None,
) -> Written:
    """Lines in the first and the last millisecond of each month, and some in between; none before `since`."""
    least = milliseconds(since) if since else 0
    lines = [(least, f"{name} the first")] if since else []
    for month, start, end in months(zone, count):
        if month not in leave_out:
            moments = (start, start + 1, start + 612_000_000, (start + end) // 2, end - 1)
            lines += [(at, f"{name} {month} {at} ü") for at in moments if at > least]
    return Written(name, zone, count, created, tuple(lines), tags or {})


def put(world: Any, groups: Sequence[Written]) -> None:
    """Makes the groups, with their lines in two streams each, in a simulated world."""
    for group in groups:
        made = world.logs.add_group(group.name, created=group.created, tags=group.tags)
        for stream in (0, 1):
            events = [{"timestamp": at, "message": line} for at, line in group.lines[stream::2]]
            made.put(f"worker/{stream}", events)


def put_tables(folder: Path, *, back: int) -> Path:
    """Writes exports.toml; gives the folder that it is in."""
    (folder / "exports.toml").write_text(TABLES.format(back=back), encoding="utf-8")
    return folder
