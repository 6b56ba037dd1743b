"""When a schedule is due, through every turn of the clocks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from local.patches.due import NextLocalTime, at_due, cron_due, rate_due

NEW_YORK = ZoneInfo("America/New_York")
TOKYO = ZoneInfo("Asia/Tokyo")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def daily_at(hour: int, minute: int = 0) -> NextLocalTime:
    """A daily cron expression, as a function from wall clock to wall clock."""

    def next_local(after: datetime) -> datetime:
        today = after.replace(hour=hour, minute=minute, second=0, microsecond=0)
        return today if today > after else today + timedelta(days=1)

    return next_local


@pytest.mark.parametrize(
    ("after", "until", "due"),
    [
        ("2026-11-21T18:59:59", "2026-11-21T19:00:00", "2026-11-21T19:00:00"),
        ("2026-11-21T18:59:58", "2026-11-21T18:59:59", None),
        ("2026-11-21T19:00:00", "2026-11-21T19:00:01", None),
        ("2026-11-21T19:00:00", "2026-12-31T00:00:00", "2026-11-22T19:00:00"),
    ],
    ids=["exactly then", "just before", "just after", "once for many"],
)
def test_a_daily_time_is_due_in_the_span_that_reaches_it(after: str, until: str, due: str | None) -> None:
    found = cron_due(daily_at(4), TOKYO, utc(after), utc(until))

    assert found == (utc(due) if due else None)


def test_a_time_that_summer_time_leaves_out_is_skipped() -> None:
    found = cron_due(daily_at(2, 30), NEW_YORK, utc("2026-03-08T05:00:00"), utc("2026-03-10T05:00:00"))

    assert found == utc("2026-03-09T06:30:00")


def test_a_time_that_comes_twice_is_due_once() -> None:
    first = cron_due(daily_at(1, 30), NEW_YORK, utc("2026-11-01T04:00:00"), utc("2026-11-01T05:30:00"))
    again = cron_due(daily_at(1, 30), NEW_YORK, utc("2026-11-01T05:30:00"), utc("2026-11-01T12:00:00"))

    assert first == utc("2026-11-01T05:30:00")
    assert again is None


@pytest.mark.parametrize(
    ("after", "until", "due"),
    [
        ("2026-01-01T00:00:00", "2026-01-01T00:04:59", None),
        ("2026-01-01T00:04:59", "2026-01-01T00:05:00", "2026-01-01T00:05:00"),
        ("2026-01-01T00:05:00", "2026-01-01T00:09:59", None),
        ("2026-01-01T00:01:00", "2026-01-01T00:31:00", "2026-01-01T00:30:00"),
        ("2025-12-31T00:00:00", "2026-01-01T00:00:00", None),
    ],
    ids=["before the first", "the first", "between", "the last of many", "before its anchor"],
)
def test_a_rate_counts_from_its_anchor(after: str, until: str, due: str | None) -> None:
    found = rate_due(timedelta(minutes=5), utc("2026-01-01T00:00:00"), utc(after), utc(until))

    assert found == (utc(due) if due else None)


@pytest.mark.parametrize(
    ("expression", "due"),
    [
        ("at(2026-11-22T04:00:00)", "2026-11-21T19:00:00"),
        ("at(2026-11-22T03:59:59)", None),
        ("at(2026-11-23T04:00:00)", None),
    ],
    ids=["in the span", "before it", "after it"],
)
def test_a_single_time_is_due_in_its_zone(expression: str, due: str | None) -> None:
    found = at_due(expression, TOKYO, utc("2026-11-21T18:59:59"), utc("2026-11-21T19:00:00"))

    assert found == (utc(due) if due else None)
