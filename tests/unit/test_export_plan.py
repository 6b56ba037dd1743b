"""What is planned for a log group: everything that no entry is about, and nothing twice."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepkeeper.domain.export_plan import missing, plan, rest, spans_of
from stepkeeper.domain.ledger import Entry
from stepkeeper.domain.period import milliseconds
from tests.export_values import DAY_MS, LOG_GROUP, LONG_AGO, NOW, TABLE, entry, exported, ms, spans

LEAST = timedelta(hours=12)
A_MILLISECOND = timedelta(milliseconds=1)
zones = st.sampled_from([ZoneInfo(name) for name in sorted(available_timezones()) if "/" in name])
units = st.sampled_from(["day", "week", "month"])
moments = st.datetimes(datetime(2020, 2, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
settings = st.tuples(st.integers(0, 40 * 24), units, zones, st.integers(1, 40), st.integers(12, 30 * 24))
"""The hours that go by, and what exports.toml says then."""


@pytest.mark.parametrize(
    ("start", "end", "covered", "left"),
    [
        (0, 10, [], [(0, 10)]),
        (0, 10, [(0, 10)], []),
        (0, 10, [(-5, 15)], []),
        (0, 10, [(-5, 0), (10, 15)], [(0, 10)]),
        (0, 10, [(-5, 1), (9, 15)], [(1, 9)]),
        (0, 10, [(0, 5)], [(5, 10)]),
        (0, 10, [(5, 10)], [(0, 5)]),
        (0, 10, [(2, 4), (6, 8)], [(0, 2), (4, 6), (8, 10)]),
        (0, 10, [(2, 4), (4, 6)], [(0, 2), (6, 10)]),
        (0, 10, [(0, 8), (2, 3)], [(8, 10)]),
        (0, 10, [(2, 6), (2, 6)], [(0, 2), (6, 10)]),
        (0, 10, [(2, 6), (4, 20)], [(0, 2)]),
        (5, 5, [], []),
    ],
)
def test_the_rest_is_what_nothing_covers(start, end, covered, left):
    assert rest(start, end, covered) == tuple(left)


@given(st.lists(st.tuples(st.integers(-5, 30), st.integers(1, 9)), max_size=8), st.integers(0, 20))
def test_the_rest_and_what_covers_are_the_whole_and_share_nothing(lengths, end):
    covered = sorted((start, start + length) for start, length in lengths)

    left = rest(0, end, covered)

    instants = [at for first, last in left for at in range(first, last)]
    assert instants == [at for at in range(end) if not any(first <= at < last for first, last in covered)]
    assert all(first < last for first, last in left)


def test_a_plan_is_an_entry_of_which_nothing_is_done():
    table = replace(TABLE, folder="a/b", storage_class="GLACIER_IR", name="other")

    planned = plan(table, "/a", "2026-10", [(0, 5), (7, 9)], now=NOW, edition=3)

    assert (planned.log_group, planned.period, planned.edition, planned.state) == (
        "/a",
        "2026-10",
        3,
        "planned",
    )
    assert (planned.export, planned.folder, planned.storage) == ("other", "a/b", "GLACIER_IR")
    assert (planned.planned_at, planned.tries, planned.manifest) == (NOW, 0, None)
    assert spans([planned]) == [(0, 5), (7, 9)]


def test_a_new_log_group_has_all_its_finished_periods_planned_oldest_first():
    planned = missing(TABLE, LOG_GROUP, [], now=NOW)

    assert [each.period for each in planned] == ["2026-08", "2026-09", "2026-10"]
    assert spans(planned) == [
        (ms("2026-08-01"), ms("2026-09-01")),
        (ms("2026-09-01"), ms("2026-10-01")),
        (ms("2026-10-01"), ms("2026-11-01")),
    ]


@pytest.mark.parametrize(
    "there",
    [
        entry("2026-09"),
        exported("2026-09"),
        exported("2026-09", objects=0),
        entry("2026-09", given_up=True, refused=True),
        entry("2026-09", lost="the log group was deleted"),
        entry("2026-09", accepted="a test system"),
    ],
    ids=["planned", "completed", "empty", "failed", "lost", "accepted"],
)
def test_what_the_ledger_has_is_not_planned_again_whatever_became_of_it(there):
    assert [each.period for each in missing(TABLE, LOG_GROUP, [there], now=NOW)] == ["2026-08", "2026-10"]


def test_when_all_is_planned_nothing_is_missing():
    planned = missing(TABLE, LOG_GROUP, [], now=NOW)

    assert missing(TABLE, LOG_GROUP, planned, now=NOW) == ()


def test_a_period_is_planned_once_it_has_settled_and_not_a_millisecond_before():
    table = replace(TABLE, settle=timedelta(days=3), back=1)
    due = datetime(2026, 11, 4, tzinfo=UTC)

    before = missing(table, LOG_GROUP, [], now=due - A_MILLISECOND)
    after = missing(table, LOG_GROUP, [], now=due)

    assert [each.period for each in before] == ["2026-09"]
    assert [each.period for each in after] == ["2026-10"]


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        # Its first events may be dated two weeks before it.
        ("2026-09-01T00:00:00", [("2026-09", "2026-08-18"), ("2026-10", "2026-10-01")]),
        ("2026-09-01T00:00:00.001", [("2026-09", "2026-08-18T00:00:00.001"), ("2026-10", "2026-10-01")]),
        ("2026-09-30T23:59:59.999", [("2026-09", "2026-09-16T23:59:59.999"), ("2026-10", "2026-10-01")]),
        ("2026-10-01T00:00:00", [("2026-10", "2026-09-17")]),
        ("2026-10-31T23:59:59.999", [("2026-10", "2026-10-17T23:59:59.999")]),
        ("2026-11-01T00:00:00", []),
        ("2026-11-22T02:59:00", []),
    ],
)
def test_nothing_is_planned_of_the_time_before_a_log_group_was_born_but_what_may_be_dated_back(
    born, expected
):
    group = replace(LOG_GROUP, created_at=datetime.fromisoformat(born).replace(tzinfo=UTC))

    planned = missing(TABLE, group, [], now=NOW)

    assert [(each.period, each.from_ms) for each in planned] == [
        (name, ms(start)) for name, start in expected
    ]


def test_a_log_group_that_is_younger_than_a_day_has_one_day_planned_once_that_is_over():
    group = replace(LOG_GROUP, created_at=datetime(2026, 11, 20, 12, tzinfo=UTC))
    table = replace(TABLE, unit="day", back=12)

    planned = missing(table, group, [], now=datetime(2026, 11, 21, 12, tzinfo=UTC))

    assert [each.period for each in planned] == ["2026-11-20"]
    assert spans(planned) == [(ms("2026-11-06T12:00"), ms("2026-11-21"))]


def test_no_time_before_1970_is_asked_for():
    group = replace(LOG_GROUP, created_at=datetime(1970, 1, 2, tzinfo=UTC))

    planned = missing(replace(TABLE, back=1), group, [], now=datetime(1970, 2, 1, 12, tzinfo=UTC))

    assert spans(planned) == [(0, ms("1970-02-01"))]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        # 2026-11-22T03:00 less 22 days is 2026-10-31T03:00.
        (22, ["2026-10"]),
        (21, []),
        (53, ["2026-09", "2026-10"]),
        (52, ["2026-10"]),
        (3653, ["2026-08", "2026-09", "2026-10"]),
    ],
)
def test_a_period_of_which_all_has_expired_is_not_planned_one_of_which_a_part_is_left_is(days, expected):
    group = replace(LOG_GROUP, retention_days=days)

    assert [each.period for each in missing(TABLE, group, [], now=NOW)] == expected


def test_a_period_that_ends_just_when_its_last_event_expires_is_not_planned():
    group = replace(LOG_GROUP, retention_days=30)
    midnight = datetime(2026, 12, 1, tzinfo=UTC)

    at_the_edge = missing(TABLE, group, [], now=midnight)
    before = missing(TABLE, group, [], now=midnight - A_MILLISECOND)

    assert [each.period for each in at_the_edge] == []
    assert [each.period for each in before] == ["2026-10"]


def test_what_a_log_group_that_was_deleted_and_made_again_had_before_is_lost():
    group = replace(LOG_GROUP, created_at=datetime(2026, 10, 20, tzinfo=UTC))

    planned = missing(TABLE, group, [exported("2026-08"), entry("2026-09", lost="deleted")], now=NOW)

    lost, young = planned
    assert (lost.period, lost.edition, lost.state) == ("2026-10", 1, "lost")
    assert (lost.from_ms, lost.to_ms) == (ms("2026-10-01"), ms("2026-10-06"))
    assert "made again at 2026-10-20" in (lost.lost or "")
    assert (young.period, young.edition, young.from_ms) == ("2026-10", 2, ms("2026-10-06"))


def test_what_has_expired_before_it_was_planned_is_lost_where_something_older_was_exported():
    group = replace(LOG_GROUP, retention_days=30)

    planned = missing(TABLE, group, [exported("2026-08")], now=NOW)

    assert [(each.period, each.state) for each in planned] == [("2026-09", "lost"), ("2026-10", "planned")]
    assert "the retention is 30 days" in (planned[0].lost or "")


def test_what_has_expired_before_anything_was_planned_is_nobodys_loss():
    group = replace(LOG_GROUP, retention_days=30)

    assert [each.period for each in missing(TABLE, group, [], now=NOW)] == ["2026-10"]


def test_what_an_earlier_log_group_of_the_name_had_exported_is_not_exported_twice():
    group = replace(LOG_GROUP, created_at=datetime(2026, 10, 3, tzinfo=UTC))

    planned = missing(TABLE, group, [exported("2026-09")], now=NOW)

    assert spans(planned) == [(ms("2026-10-01"), ms("2026-11-01"))]


def test_a_change_from_months_to_days_exports_the_days_since_the_last_month_however_few_are_wanted():
    table = replace(TABLE, unit="day", back=2)

    planned = missing(table, LOG_GROUP, [exported("2026-10")], now=NOW)

    assert [each.period for each in planned] == [f"2026-11-{day:02d}" for day in range(1, 21)]


def test_a_long_time_without_a_run_leaves_no_gap_however_few_periods_are_wanted():
    table = replace(TABLE, back=1)

    planned = missing(table, LOG_GROUP, [exported("2026-03")], now=NOW)

    assert [each.period for each in planned] == [f"2026-{month:02d}" for month in range(4, 11)]


def test_what_is_older_than_wanted_and_than_the_ledger_is_not_planned():
    table = replace(TABLE, back=1)

    assert missing(table, LOG_GROUP, [exported("2026-10")], now=NOW) == ()


def test_a_change_from_days_to_months_exports_what_of_the_month_is_left_on_both_sides_of_the_days():
    days = [
        replace(each, parts=exported("2026-10", *each.parts).parts)
        for each in missing(
            replace(TABLE, unit="day", back=2), LOG_GROUP, [], now=datetime(2026, 10, 20, 12, tzinfo=UTC)
        )
    ]

    planned = missing(replace(TABLE, back=1), LOG_GROUP, days, now=NOW)

    assert [each.period for each in planned] == ["2026-10"]
    assert spans(planned) == [(ms("2026-10-01"), ms("2026-10-18")), (ms("2026-10-20"), ms("2026-11-01"))]


def test_a_change_of_the_time_zone_exports_the_hours_between_as_another_edition_where_the_day_has_one():
    now = datetime(2026, 11, 21, 12, tzinfo=UTC)
    tokyo = replace(TABLE, unit="day", back=1, zone=ZoneInfo("Asia/Tokyo"))
    before = missing(tokyo, LOG_GROUP, [], now=now - timedelta(hours=9))

    planned = missing(replace(tokyo, zone=ZoneInfo("UTC")), LOG_GROUP, before, now=now)

    assert [(each.period, each.edition) for each in before] == [("2026-11-20", 1)]
    assert [(each.period, each.edition) for each in planned] == [("2026-11-20", 2)]
    assert spans(planned) == [(ms("2026-11-20T15:00"), ms("2026-11-21"))]


def test_the_next_edition_is_one_more_than_the_highest_in_whatever_order_they_are_read():
    day = [("2026-10-01", 1), ("2026-10-02", 3), ("2026-10-03", 2)]
    entries = [
        plan(TABLE, LOG_GROUP.name, "2026-10", [(ms(start), ms(start) + 1)], now=NOW, edition=edition)
        for start, edition in day
    ]

    (planned,) = missing(replace(TABLE, back=1), LOG_GROUP, entries, now=NOW)

    assert planned.edition == 4


@pytest.mark.parametrize(
    ("zone", "now"),
    [
        ("America/Sao_Paulo", "2018-11-06T00:00"),  # a midnight that does not exist
        ("America/Sao_Paulo", "2018-02-20T00:00"),  # 23:00 came twice
        ("America/Havana", "2026-11-03T00:00"),  # midnight came twice
        ("Africa/Cairo", "2026-04-26T00:00"),  # a midnight that does not exist
        ("America/New_York", "2026-03-10T00:00"),
        ("Australia/Lord_Howe", "2026-10-06T00:00"),
        ("Pacific/Apia", "2012-01-02T00:00"),  # a day that does not exist
        ("Asia/Kathmandu", "2026-03-02T00:00"),
    ],
)
@pytest.mark.parametrize("unit", ["day", "week", "month"])
def test_where_clocks_are_changed_the_periods_still_meet_exactly(zone, now, unit):
    table = replace(TABLE, unit=unit, back=6, zone=ZoneInfo(zone))
    group = replace(LOG_GROUP, created_at=datetime(2001, 1, 1, tzinfo=UTC))

    planned = spans(missing(table, group, [], now=datetime.fromisoformat(now).replace(tzinfo=UTC)))

    assert len(planned) >= 5
    assert all(earlier[1] == later[0] for earlier, later in pairwise(planned))
    assert all(first < last for first, last in planned)


def test_a_day_that_a_time_zone_left_out_is_no_period():
    table = replace(TABLE, unit="day", back=4, zone=ZoneInfo("Pacific/Apia"))
    group = replace(LOG_GROUP, created_at=datetime(2001, 1, 1, tzinfo=UTC))

    planned = missing(table, group, [], now=datetime(2012, 1, 1, tzinfo=UTC))

    assert [each.period for each in planned] == ["2011-12-28", "2011-12-29", "2011-12-31"]


@given(moments, st.lists(settings, min_size=1, max_size=6), st.integers(0, 3000))
def test_whatever_is_changed_in_exports_toml_each_instant_is_planned_once_and_none_is_left_out(
    now, history, age_days
):
    born = max(LONG_AGO, now - timedelta(days=age_days))
    group = replace(LOG_GROUP, created_at=born)
    entries: list[Entry] = []

    for hours, unit, zone, back, settle in history:
        now += timedelta(hours=hours)
        table = replace(TABLE, unit=unit, zone=zone, back=back, settle=timedelta(hours=settle))
        entries += missing(table, group, entries, now=now)

        planned = spans_of(entries)
        assert all(earlier[1] <= later[0] for earlier, later in pairwise(planned))
        assert len({(each.period, each.edition) for each in entries}) == len(entries)
        assert all(last <= milliseconds(now - LEAST) for _, last in planned)

    later = now + timedelta(days=70)
    entries += missing(table, group, entries, now=later)
    planned = spans_of(entries)
    longest = {"day": 2, "week": 8, "month": 32}[unit]
    assert all(earlier[1] == later[0] for earlier, later in pairwise(planned))
    assert planned[-1][1] >= milliseconds(later - table.settle) - longest * DAY_MS


@given(moments, st.lists(settings, min_size=1, max_size=4))
def test_nothing_is_left_to_plan_after_it_was_planned(now, history):
    entries: list[Entry] = []

    for hours, unit, zone, back, settle in history:
        now += timedelta(hours=hours)
        table = replace(TABLE, unit=unit, zone=zone, back=back, settle=timedelta(hours=settle))
        entries += missing(table, LOG_GROUP, entries, now=now)

        assert missing(table, LOG_GROUP, entries, now=now) == ()
