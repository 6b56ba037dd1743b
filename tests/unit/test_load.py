"""What a run of a load is about: it follows from the schedule's own time, and from nothing else."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepkeeper.domain.load import plan_load
from stepkeeper.errors import InvalidLoad

TOKYO, BERLIN, NEW_YORK = ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")


def planned(at, zone=TOKYO, **changes):
    usual = {
        "due": datetime.fromisoformat(at),
        "started_at": datetime.fromisoformat(at) + timedelta(seconds=2),
        "load": "weekly-sales",
        "once_per": "week",
        "periods_back": 0,
        "wait_at_most": timedelta(hours=5),
        "parameters": {},
        "key": None,
    }
    return plan_load(zone=zone, **{**usual, **changes})


def test_a_load_is_done_once_for_its_period_and_its_sql_is_given_the_periods_dates():
    plan = planned("2026-11-26T00:30:00Z")

    assert plan.key == "weekly-sales/2026-W48"
    assert plan.latest == datetime(2026, 11, 26, 5, 30, tzinfo=UTC)
    assert plan.parameters == {
        "period": "2026-W48",
        "period_start": "2026-11-23",
        "period_end": "2026-11-30",
        "run_date": "2026-11-26",
    }


@pytest.mark.parametrize(
    ("due", "zone", "once_per", "back", "expected"),
    [
        # Thursday 09:30 in Tokyo, as the schedule fires it, over New Year.
        ("2026-12-31T00:30Z", TOKYO, "week", 0, ("2026-W53", "2026-12-28", "2027-01-04", "2026-12-31")),
        ("2027-01-07T00:30Z", TOKYO, "week", 0, ("2027-W01", "2027-01-04", "2027-01-11", "2027-01-07")),
        ("2027-01-07T00:30Z", TOKYO, "week", 1, ("2026-W53", "2026-12-28", "2027-01-04", "2027-01-07")),
        # A minute before and after midnight.
        ("2026-11-29T14:59Z", TOKYO, "week", 0, ("2026-W48", "2026-11-23", "2026-11-30", "2026-11-29")),
        ("2026-11-29T15:00Z", TOKYO, "week", 0, ("2026-W49", "2026-11-30", "2026-12-07", "2026-11-30")),
        ("2026-11-30T04:59Z", NEW_YORK, "day", 1, ("2026-11-28", "2026-11-28", "2026-11-29", "2026-11-29")),
        ("2026-11-30T05:00Z", NEW_YORK, "day", 1, ("2026-11-29", "2026-11-29", "2026-11-30", "2026-11-30")),
        # The day on which clocks are put forward, and the day on which they are put back.
        ("2026-03-08T12:00Z", NEW_YORK, "day", 0, ("2026-03-08", "2026-03-08", "2026-03-09", "2026-03-08")),
        ("2026-10-25T22:59Z", BERLIN, "day", 0, ("2026-10-25", "2026-10-25", "2026-10-26", "2026-10-25")),
        ("2026-10-25T23:00Z", BERLIN, "day", 0, ("2026-10-26", "2026-10-26", "2026-10-27", "2026-10-26")),
        # Month ends, and leap years.
        ("2026-10-31T14:59Z", TOKYO, "month", 1, ("2026-09", "2026-09-01", "2026-10-01", "2026-10-31")),
        ("2026-10-31T15:00Z", TOKYO, "month", 1, ("2026-10", "2026-10-01", "2026-11-01", "2026-11-01")),
        ("2024-03-31T12:00Z", BERLIN, "month", 1, ("2024-02", "2024-02-01", "2024-03-01", "2024-03-31")),
        ("2027-01-01T12:00Z", BERLIN, "month", 1, ("2026-12", "2026-12-01", "2027-01-01", "2027-01-01")),
    ],
)
def test_the_dates_are_those_of_the_operators_calendar(due, zone, once_per, back, expected):
    plan = planned(due, zone, once_per=once_per, periods_back=back)

    period, start, end, run_date = expected
    assert plan.key == f"weekly-sales/{period}"
    assert plan.parameters == {
        "period": period, "period_start": start, "period_end": end, "run_date": run_date,
    }  # fmt: skip


@pytest.mark.parametrize("due", ["2026-03-29T00:30:00+01:00", "2026-10-25T00:30:00+02:00"])
def test_the_wait_is_as_long_as_it_says_also_over_a_change_of_clocks(due):
    plan = planned(due, BERLIN, due=datetime.fromisoformat(due).astimezone(BERLIN))

    assert plan.latest - datetime.fromisoformat(due) == timedelta(hours=5)


def test_the_operators_own_parameters_go_along_as_they_are():
    own = {"shop": "東京'; DROP TABLE sales; --", "count": 2**62, "share": 0.1, "all": True, "none": None}

    plan = planned("2026-11-26T00:30:00Z", parameters=own)

    assert {name: plan.parameters[name] for name in own} == own
    assert len(plan.parameters) == 4 + len(own)


@pytest.mark.parametrize("name", ["period", "period_start", "period_end", "run_date"])
def test_a_parameter_that_the_schedule_sets_can_not_be_given_by_hand(name):
    with pytest.raises(InvalidLoad, match=rf"\['{name}'\] are set from the schedule's time"):
        planned("2026-11-26T00:30:00Z", parameters={name: "2026-01-01", "shop": "x"})


def test_all_parameters_that_can_not_be_given_are_named_at_once():
    with pytest.raises(InvalidLoad, match=r"\['period', 'run_date'\]"):
        planned("2026-11-26T00:30:00Z", parameters={"run_date": None, "period": None})


def test_a_key_of_ones_own_stands_in_the_place_of_the_period_and_the_dates_stay():
    plan = planned("2026-11-26T00:30:00Z", key="backfill-1")

    assert plan.key == "weekly-sales/backfill-1"
    assert plan.parameters["period"] == "2026-W48"


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from(["day", "week", "month"]),
    st.sampled_from([TOKYO, BERLIN, NEW_YORK]),
)
def test_the_zone_in_which_the_schedules_time_is_written_changes_nothing(due, once_per, zone):
    plans = [
        planned(due.astimezone(written).isoformat(), zone, once_per=once_per)
        for written in (UTC, TOKYO, NEW_YORK)
    ]

    assert plans[0] == plans[1] == plans[2]


def test_the_wait_for_a_time_that_is_still_to_come_begins_at_the_start():
    started_at = datetime(2026, 11, 20, tzinfo=UTC)

    plan = planned("2026-11-26T00:30:00Z", started_at=started_at)

    assert (plan.key, plan.latest) == ("weekly-sales/2026-W48", started_at + timedelta(hours=5))


def test_the_wait_is_over_where_a_run_about_the_past_is_started_late():
    plan = planned("2026-11-26T00:30:00Z", started_at=datetime(2026, 12, 24, tzinfo=UTC))

    assert plan.latest == datetime(2026, 11, 26, 5, 30, tzinfo=UTC)
