"""Months: where they begin and end, and which of them are over."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepkeeper.domain.period import finished_months, milliseconds, month

TOKYO = ZoneInfo("Asia/Tokyo")
NEW_YORK = ZoneInfo("America/New_York")
BERLIN = ZoneInfo("Europe/Berlin")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
KIRITIMATI = ZoneInfo("Pacific/Kiritimati")

zones = st.sampled_from([ZoneInfo(name) for name in sorted(available_timezones()) if "/" in name])
moments = st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def ids(now: str, zone: ZoneInfo, months_back: int = 1) -> list[str]:
    months = finished_months(now=datetime.fromisoformat(now), zone=zone, months_back=months_back)
    return [month.id for month in months]


@pytest.mark.parametrize(
    ("year", "number", "zone", "start", "end"),
    [
        (2026, 1, ZoneInfo("UTC"), "2026-01-01T00:00+00:00", "2026-02-01T00:00+00:00"),
        (2026, 12, ZoneInfo("UTC"), "2026-12-01T00:00+00:00", "2027-01-01T00:00+00:00"),
        (2027, 0, ZoneInfo("UTC"), "2026-12-01T00:00+00:00", "2027-01-01T00:00+00:00"),
        (2024, 2, ZoneInfo("UTC"), "2024-02-01T00:00+00:00", "2024-03-01T00:00+00:00"),
        (2026, 10, TOKYO, "2026-09-30T15:00+00:00", "2026-10-31T15:00+00:00"),
        (2026, 3, NEW_YORK, "2026-03-01T05:00+00:00", "2026-04-01T04:00+00:00"),
        (2026, 11, NEW_YORK, "2026-11-01T04:00+00:00", "2026-12-01T05:00+00:00"),
        (2026, 10, BERLIN, "2026-09-30T22:00+00:00", "2026-10-31T23:00+00:00"),
        (2026, 10, LORD_HOWE, "2026-09-30T13:30+00:00", "2026-10-31T13:00+00:00"),
    ],
)
def test_a_month_goes_from_midnight_to_midnight_where_the_operator_lives(year, number, zone, start, end):
    period = month(year, number, zone)

    assert period.start == datetime.fromisoformat(start)
    assert period.end == datetime.fromisoformat(end)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-01-31T23:59:59+00:00", "2025-12"),
        ("2026-03-31T12:00:00+00:00", "2026-02"),
        ("2026-03-01T11:59:59+00:00", "2026-01"),
        ("2026-03-01T12:00:00+00:00", "2026-02"),
        ("2024-02-29T12:00:00+00:00", "2024-01"),
        ("2024-03-01T12:00:00+00:00", "2024-02"),
        ("2026-01-01T11:59:59+00:00", "2025-11"),
        ("2026-01-01T12:00:00+00:00", "2025-12"),
        ("2026-12-31T23:59:59+00:00", "2026-11"),
    ],
)
def test_the_last_finished_month_at_the_edges_of_the_calendar(now, expected):
    assert ids(now, ZoneInfo("UTC")) == [expected]


@pytest.mark.parametrize(
    ("zone", "month_ended"),
    [
        (ZoneInfo("UTC"), "2026-11-01T00:00:00+00:00"),
        (TOKYO, "2026-10-31T15:00:00+00:00"),
        (BERLIN, "2026-10-31T23:00:00+00:00"),
        # Twelve hours after the end of October it is still October in UTC.
        (KIRITIMATI, "2026-10-31T10:00:00+00:00"),
        # Clocks were put back two hours after the month's end: noon came 13 hours after midnight.
        (NEW_YORK, "2026-11-01T04:00:00+00:00"),
        # Clocks were put forward half an hour, two hours after the month's end.
        (LORD_HOWE, "2028-09-30T13:30:00+00:00"),
    ],
    ids=str,
)
def test_a_month_is_finished_exactly_twelve_hours_after_its_end_and_not_a_millisecond_before(
    zone, month_ended
):
    end = datetime.fromisoformat(month_ended)
    settled = end + timedelta(hours=12)

    before = finished_months(now=settled - timedelta(milliseconds=1), zone=zone, months_back=1)
    after = finished_months(now=settled, zone=zone, months_back=1)

    assert after[0].end == end
    assert before[0].end == after[0].start


def test_in_tokyo_it_is_the_first_while_it_is_still_the_last_in_utc():
    assert ids("2026-11-01T02:59:59+00:00", TOKYO) == ["2026-09"]
    assert ids("2026-11-01T03:00:00+00:00", TOKYO) == ["2026-10"]
    assert ids("2026-11-01T03:00:00+00:00", ZoneInfo("UTC")) == ["2026-09"]


@pytest.mark.parametrize("months_back", range(1, 13))
def test_as_many_months_as_asked_for_oldest_first(months_back):
    year = [f"2025-{number:02d}" for number in range(3, 13)] + ["2026-01", "2026-02"]

    assert ids("2026-03-31T12:00:00+00:00", ZoneInfo("UTC"), months_back) == year[-months_back:]


@given(moments, zones, st.integers(1, 12))
def test_the_months_leave_no_gap_and_no_overlap(now, zone, months_back):
    months = finished_months(now=now, zone=zone, months_back=months_back)

    assert len(months) == months_back
    assert all(earlier.end == later.start for earlier, later in pairwise(months))
    assert all(period.start < period.end for period in months)
    assert len({period.id for period in months}) == months_back


@given(moments, zones)
def test_the_last_month_is_the_latest_that_has_settled(now, zone):
    last = finished_months(now=now, zone=zone, months_back=1)[0]

    year, number = map(int, last.id.split("-"))
    following = month(year, number + 1, zone)
    settling = timedelta(hours=12)
    assert now - last.end.astimezone(UTC) >= settling
    assert now - following.end.astimezone(UTC) < settling


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(1970, 1, 1, tzinfo=UTC), 0),
        (datetime(2026, 10, 1, tzinfo=TOKYO), 1_790_780_400_000),
        (datetime(2026, 11, 1, tzinfo=TOKYO), 1_793_458_800_000),
        (datetime(2026, 11, 1, 0, 0, 0, 1000, tzinfo=TOKYO), 1_793_458_800_001),
    ],
)
def test_cloudwatch_logs_counts_in_milliseconds(moment, expected):
    assert milliseconds(moment) == expected
