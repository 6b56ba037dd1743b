"""The day, week or month that a moment is in, where the operator lives, and those before it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepkeeper.domain.period import period_of

UTC_ZONE, TOKYO, BERLIN, NEW_YORK = "UTC", "Asia/Tokyo", "Europe/Berlin", "America/New_York"

zones = st.sampled_from([ZoneInfo(name) for name in sorted(available_timezones()) if "/" in name])
moments = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
units = st.sampled_from(["day", "week", "month"])


@pytest.mark.parametrize(
    ("moment", "zone", "expected"),
    [
        ("2026-11-26T09:30:00+09:00", TOKYO, "2026-W48"),
        # Monday 00:00 begins a week, and a moment before it is still in the one before.
        ("2026-11-22T23:59:59.999999+09:00", TOKYO, "2026-W47"),
        ("2026-11-23T00:00:00+09:00", TOKYO, "2026-W48"),
        ("2026-11-29T23:59:59.999999+09:00", TOKYO, "2026-W48"),
        # The same moment is in two weeks, in two places.
        ("2026-11-29T15:00:00+00:00", TOKYO, "2026-W49"),
        ("2026-11-29T15:00:00+00:00", UTC_ZONE, "2026-W48"),
        ("2026-11-30T04:59:59+00:00", NEW_YORK, "2026-W48"),
        ("2026-11-30T05:00:00+00:00", NEW_YORK, "2026-W49"),
        # Years with 53 weeks, and New Year in the week of the year before or after.
        ("2026-12-27T12:00:00+00:00", BERLIN, "2026-W52"),
        ("2026-12-28T12:00:00+00:00", BERLIN, "2026-W53"),
        ("2027-01-01T12:00:00+00:00", BERLIN, "2026-W53"),
        ("2027-01-03T22:59:59+00:00", BERLIN, "2026-W53"),
        ("2027-01-03T23:00:00+00:00", BERLIN, "2027-W01"),
        ("2021-01-03T12:00:00+00:00", UTC_ZONE, "2020-W53"),
        ("2025-12-28T12:00:00+00:00", UTC_ZONE, "2025-W52"),
        ("2025-12-29T12:00:00+00:00", UTC_ZONE, "2026-W01"),
    ],
)
def test_a_week_is_named_as_iso_8601_names_it_where_the_operator_lives(moment, zone, expected):
    assert period_of(datetime.fromisoformat(moment), "week", ZoneInfo(zone)).id == expected


@pytest.mark.parametrize(
    ("moment", "back", "expected"),
    [
        ("2027-01-04T00:00:00+00:00", 0, "2027-W01"),
        ("2027-01-04T00:00:00+00:00", 1, "2026-W53"),
        ("2027-01-04T00:00:00+00:00", 2, "2026-W52"),
        ("2027-01-10T23:59:59+00:00", 1, "2026-W53"),
        ("2026-12-31T00:00:00+00:00", 53, "2025-W52"),
        ("2026-01-01T00:00:00+00:00", 1, "2025-W52"),
    ],
)
def test_weeks_are_counted_back_over_new_year(moment, back, expected):
    assert period_of(datetime.fromisoformat(moment), "week", ZoneInfo("UTC"), back=back).id == expected


@pytest.mark.parametrize(
    ("moment", "back", "expected"),
    [
        ("2026-03-31T12:00:00+00:00", 0, "2026-03"),
        ("2026-03-31T12:00:00+00:00", 1, "2026-02"),
        ("2024-03-31T12:00:00+00:00", 1, "2024-02"),
        ("2024-02-29T12:00:00+00:00", 12, "2023-02"),
        ("2026-12-31T12:00:00+00:00", 1, "2026-11"),
        ("2027-01-01T00:00:00+00:00", 1, "2026-12"),
        ("2027-01-31T12:00:00+00:00", 12, "2026-01"),
        ("2027-01-31T12:00:00+00:00", 13, "2025-12"),
        ("2027-01-31T12:00:00+00:00", 53, "2022-08"),
    ],
)
def test_months_are_counted_back_from_the_month_and_not_from_the_day(moment, back, expected):
    assert period_of(datetime.fromisoformat(moment), "month", ZoneInfo("UTC"), back=back).id == expected


@pytest.mark.parametrize(
    ("moment", "zone", "back", "expected"),
    [
        ("2026-11-25T14:59:59.999999+00:00", TOKYO, 0, "2026-11-25"),
        ("2026-11-25T15:00:00+00:00", TOKYO, 0, "2026-11-26"),
        ("2024-03-01T00:00:00+00:00", UTC_ZONE, 1, "2024-02-29"),
        ("2026-03-01T00:00:00+00:00", UTC_ZONE, 1, "2026-02-28"),
        ("2100-03-01T00:00:00+00:00", UTC_ZONE, 1, "2100-02-28"),
        ("2027-01-01T00:00:00+00:00", UTC_ZONE, 1, "2026-12-31"),
        # 24 hours before is two dates before, since the day between had 23 hours.
        ("2026-03-09T00:30:00-04:00", NEW_YORK, 1, "2026-03-08"),
        # 24 hours before is the same date, since the day had 25.
        ("2026-10-25T23:30:00+01:00", BERLIN, 1, "2026-10-24"),
    ],
)
def test_days_are_counted_back_in_dates_and_not_in_hours(moment, zone, back, expected):
    assert period_of(datetime.fromisoformat(moment), "day", ZoneInfo(zone), back=back).id == expected


@pytest.mark.parametrize(
    ("moment", "unit", "zone", "start", "end"),
    [
        ("2026-03-08T12:00Z", "day", NEW_YORK, "2026-03-08T05:00Z", "2026-03-09T04:00Z"),
        ("2026-11-01T12:00Z", "day", NEW_YORK, "2026-11-01T04:00Z", "2026-11-02T05:00Z"),
        ("2026-03-08T12:00Z", "week", NEW_YORK, "2026-03-02T05:00Z", "2026-03-09T04:00Z"),
        ("2026-11-01T12:00Z", "week", NEW_YORK, "2026-10-26T04:00Z", "2026-11-02T05:00Z"),
        ("2026-03-29T12:00Z", "week", BERLIN, "2026-03-22T23:00Z", "2026-03-29T22:00Z"),
        ("2026-10-25T12:00Z", "week", BERLIN, "2026-10-18T22:00Z", "2026-10-25T23:00Z"),
        ("2026-03-29T12:00Z", "month", BERLIN, "2026-02-28T23:00Z", "2026-03-31T22:00Z"),
        ("2026-03-29T12:00Z", "week", TOKYO, "2026-03-22T15:00Z", "2026-03-29T15:00Z"),
        ("2027-01-01T12:00Z", "week", TOKYO, "2026-12-27T15:00Z", "2027-01-03T15:00Z"),
    ],
)
def test_a_period_goes_from_midnight_to_midnight_also_where_clocks_are_changed_in_it(
    moment, unit, zone, start, end
):
    period = period_of(datetime.fromisoformat(moment), unit, ZoneInfo(zone))

    assert period.start == datetime.fromisoformat(start)
    assert period.end == datetime.fromisoformat(end)


@given(moments, units, zones)
def test_every_moment_is_in_its_period(moment, unit, zone):
    period = period_of(moment, unit, zone)

    assert period.start.astimezone(UTC) <= moment < period.end.astimezone(UTC)


@given(moments, units, zones, st.integers(0, 53))
def test_the_periods_before_a_moment_leave_no_gap_and_no_overlap(moment, unit, zone, back):
    earlier = period_of(moment, unit, zone, back=back + 1)
    later = period_of(moment, unit, zone, back=back)

    assert earlier.end == later.start
    assert earlier.id < later.id


@given(moments, zones)
def test_a_week_begins_on_a_monday_and_has_seven_dates(moment, zone):
    week = period_of(moment, "week", zone)

    assert week.start.date().isocalendar().weekday == 1
    assert week.end.date() - week.start.date() == timedelta(days=7)
    assert week.id == f"{week.start:%G-W%V}"
