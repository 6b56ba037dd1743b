"""A period: the time span of one log export, a calendar month in the operator's time zone."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

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


def finished_months(*, now: datetime, zone: ZoneInfo, months_back: int) -> list[Period]:
    """The last `months_back` months that are over and settled at `now`, oldest first."""
    today = now.astimezone(zone)
    last = month(today.year, today.month - 1, zone)
    # In UTC, since on the first of a month clocks may be put forward or back.
    skip = 0 if last.end.astimezone(UTC) + SETTLING <= now else 1
    return [month(today.year, today.month - 1 - skip - back, zone) for back in reversed(range(months_back))]


def milliseconds(moment: datetime) -> int:
    """Since 1970 in UTC, as CloudWatch Logs counts."""
    return round(moment.timestamp() * 1000)
