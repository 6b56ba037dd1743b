"""A period: the day, week or month of the operator's calendar that one log export or one load is about."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Unit = Literal["day", "week", "month"]

PERIOD_ID = r"^[0-9]{4}-([0-9]{2}(-[0-9]{2})?|W[0-9]{2})$"
"""`2026-10`, `2026-W43` or `2026-10-20`"""

SETTLING = timedelta(hours=12)
"""Log data can take this long to become exportable (CloudWatch Logs User Guide, "Export log data to S3")."""


@dataclass(frozen=True)
class Period:
    """From `start` up to and without `end`."""

    id: str
    start: datetime
    end: datetime


def month(year: int, month_of_year: int, zone: ZoneInfo) -> Period:
    """The calendar month, from midnight to midnight in `zone`; the month may be 0, the December before."""
    years, index = divmod(year * 12 + month_of_year - 1, 12)
    next_year, next_index = divmod(year * 12 + month_of_year, 12)
    return Period(
        id=f"{years:04d}-{index + 1:02d}",
        start=datetime(years, index + 1, 1, tzinfo=zone),
        end=datetime(next_year, next_index + 1, 1, tzinfo=zone),
    )


def period_of(moment: datetime, unit: Unit, zone: ZoneInfo, *, back: int = 0) -> Period:
    """The day, ISO week (from Monday) or month that `moment` is in, or the one `back` of them earlier."""
    today = moment.astimezone(zone).date()
    if unit == "month":
        return month(today.year, today.month - back, zone)
    if unit == "week":
        monday = today - timedelta(days=today.weekday(), weeks=back)
        iso = monday.isocalendar()
        return Period(f"{iso.year}-W{iso.week:02d}", *_midnights(monday, 7, zone))
    first = today - timedelta(days=back)
    return Period(first.isoformat(), *_midnights(first, 1, zone))


def finished_periods(
    unit: Unit, *, now: datetime, zone: ZoneInfo, count: int, settle: timedelta = SETTLING
) -> list[Period]:
    """The last `count` periods that have been over for `settle` at `now`, oldest first."""
    # In UTC, since clocks may be put forward or back in between.
    settled = now.astimezone(UTC) - settle
    return [period_of(settled, unit, zone, back=back) for back in range(count, 0, -1)]


def _midnights(first: date, days: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    return (
        datetime.combine(first, time.min, zone),
        datetime.combine(first + timedelta(days=days), time.min, zone),
    )


def milliseconds(moment: datetime) -> int:
    """Since 1970 in UTC, as CloudWatch Logs counts."""
    return round(moment.timestamp() * 1000)


def moment_of(unix_ms: int) -> datetime:
    """The moment that CloudWatch Logs counts so."""
    return datetime.fromtimestamp(unix_ms / 1000, UTC)
