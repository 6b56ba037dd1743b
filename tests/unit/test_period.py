"""Periods: where they begin and end, and which of them are over."""

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepkeeper.domain.period import (
    PERIOD_ID,
    SETTLING,
    finished_periods,
    milliseconds,
    moment_of,
    month,
    period_of,
)

TOKYO = ZoneInfo("Asia/Tokyo")
NEW_YORK = ZoneInfo("America/New_York")
BERLIN = ZoneInfo("Europe/Berlin")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
KIRITIMATI = ZoneInfo("Pacific/Kiritimati")

zones = st.sampled_from([ZoneInfo(name) for name in sorted(available_timezones()) if "/" in name])
moments = st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
units = st.sampled_from(["day", "week", "month"])


def ids(now: str, zone: ZoneInfo, months_back: int = 1) -> list[str]:
    months = finished_periods("month", now=datetime.fromisoformat(now), zone=zone, count=months_back)
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

    before = finished_periods("month", now=settled - timedelta(milliseconds=1), zone=zone, count=1)
    after = finished_periods("month", now=settled, zone=zone, count=1)

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


@given(moments, zones, units, st.integers(1, 60), st.integers(12, 720))
def test_the_periods_leave_no_gap_and_no_overlap(now, zone, unit, count, settle):
    settled = now - timedelta(hours=settle)

    periods = finished_periods(unit, now=now, zone=zone, count=count, settle=timedelta(hours=settle))

    assert len({period.id for period in periods}) == len(periods) == count
    assert all(earlier.end == later.start for earlier, later in pairwise(periods))
    assert all(milliseconds(period.start) <= milliseconds(period.end) for period in periods)
    assert periods[-1].end.astimezone(UTC) <= settled < period_of(settled, unit, zone).end.astimezone(UTC)
    assert periods[-1].end == period_of(settled, unit, zone).start


@pytest.mark.parametrize(
    ("unit", "now", "zone", "settle", "expected"),
    [
        ("day", "2026-11-22T12:00:00+00:00", "UTC", SETTLING, ["2026-11-20", "2026-11-21"]),
        ("day", "2026-11-22T11:59:59+00:00", "UTC", SETTLING, ["2026-11-19", "2026-11-20"]),
        ("day", "2024-03-01T12:00:00+00:00", "UTC", SETTLING, ["2024-02-28", "2024-02-29"]),
        ("day", "2026-03-01T12:00:00+00:00", "UTC", SETTLING, ["2026-02-27", "2026-02-28"]),
        ("day", "2027-01-01T12:00:00+00:00", "UTC", SETTLING, ["2026-12-30", "2026-12-31"]),
        ("day", "2026-11-22T03:00:00+00:00", "Asia/Tokyo", SETTLING, ["2026-11-20", "2026-11-21"]),
        # The day has 25 hours, so noon is 13 hours after its midnight.
        ("day", "2026-10-26T11:00:00+00:00", "Europe/Berlin", SETTLING, ["2026-10-24", "2026-10-25"]),
        ("day", "2026-10-26T10:59:59+00:00", "Europe/Berlin", SETTLING, ["2026-10-23", "2026-10-24"]),
        ("week", "2026-11-23T12:00:00+00:00", "UTC", SETTLING, ["2026-W46", "2026-W47"]),
        ("week", "2026-11-23T11:59:59+00:00", "UTC", SETTLING, ["2026-W45", "2026-W46"]),
        ("week", "2027-01-04T12:00:00+00:00", "UTC", SETTLING, ["2026-W52", "2026-W53"]),
        ("week", "2026-01-05T12:00:00+00:00", "UTC", SETTLING, ["2025-W52", "2026-W01"]),
        ("month", "2026-12-31T00:00:00+00:00", "UTC", timedelta(days=30), ["2026-10", "2026-11"]),
        ("month", "2026-12-30T23:59:59+00:00", "UTC", timedelta(days=30), ["2026-09", "2026-10"]),
    ],
)
def test_the_last_two_finished_periods_at_the_edges_of_the_calendar(unit, now, zone, settle, expected):
    periods = finished_periods(
        unit, now=datetime.fromisoformat(now), zone=ZoneInfo(zone), count=2, settle=settle
    )

    assert [period.id for period in periods] == expected


@pytest.mark.parametrize("unit", ["day", "week", "month"])
def test_the_most_that_an_operator_can_want_are_found(unit):
    now = datetime(2026, 11, 22, tzinfo=UTC)

    assert len(finished_periods(unit, now=now, zone=TOKYO, count=1200)) == 1200


@given(moments, zones)
def test_the_last_month_is_the_latest_that_has_settled(now, zone):
    last = finished_periods("month", now=now, zone=zone, count=1)[0]

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


@given(st.integers(0, 7_258_118_400_000))
def test_a_moment_is_counted_and_read_again_to_the_millisecond(unix_ms):
    moment = moment_of(unix_ms)

    assert milliseconds(moment) == unix_ms
    assert moment.tzinfo == UTC
    assert moment.microsecond % 1000 == 0


@given(moments, zones, units)
def test_the_id_of_every_period_is_one(moment, zone, unit):
    assert re.match(PERIOD_ID, period_of(moment, unit, zone).id)


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("2026-10", True),
        ("2026-W43", True),
        ("2026-10-20", True),
        ("2026", False),
        ("2026-1", False),
        ("2026-10-2", False),
        ("2026-10-200", False),
        ("2026-W4", False),
        ("2026-W43-1", False),
        ("2026-w43", False),
        ("2026-10/../x", False),
        ("x2026-10", False),
        ("2026-10.2", False),
        ("", False),
    ],
)
def test_what_is_no_id_of_a_period_is_told_from_one(text, fits):
    assert bool(re.match(PERIOD_ID, text)) is fits
