"""Whether a log group may keep less, and whether it keeps too little."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from stepkeeper.domain.export_expiry import may_shorten, too_short
from stepkeeper.domain.ledger import Part
from tests.export_values import DAY_MS, KNOWN, TABLE, entry, exported, ms

NOW = datetime(2026, 11, 30, tzinfo=UTC)  # 90 days after the first of September
KEEPS_90 = replace(TABLE, retention_days=90)
BORN = replace(KNOWN, created_at=datetime(2026, 7, 1, tzinfo=UTC))
JULY, AUGUST, SEPTEMBER = (exported(f"2026-0{month}") for month in (7, 8, 9))


def test_a_table_without_a_retention_leaves_log_groups_as_they_are():
    assert not may_shorten(TABLE, BORN, [JULY, AUGUST, SEPTEMBER], now=NOW)


@pytest.mark.parametrize(
    ("days", "expected"), [(None, True), (91, True), (90, False), (89, False), (1, False)]
)
def test_a_retention_is_made_shorter_and_never_longer(days, expected):
    group = replace(BORN, retention_days=days)

    assert may_shorten(KEEPS_90, group, [JULY, AUGUST, SEPTEMBER], now=NOW) is expected


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([JULY, AUGUST], True),
        ([AUGUST, JULY], True),
        ([JULY, exported("2026-08", objects=0)], True),
        ([], False),
        ([JULY], False),
        ([AUGUST], False),
        ([JULY, SEPTEMBER], False),
        ([JULY, entry("2026-08")], False),
        ([JULY, entry("2026-08", given_up=True)], False),
        ([JULY, entry("2026-08", lost="deleted")], False),
        ([JULY, entry("2026-08", accepted="a test system")], False),
        ([JULY, entry("2026-08", given_up=True), exported("2026-08", edition=2)], True),
    ],
)
def test_only_what_is_in_the_bucket_may_expire(entries, expected):
    assert may_shorten(KEEPS_90, BORN, entries, now=NOW) is expected


def test_not_a_millisecond_expires_that_is_not_in_the_bucket():
    a_millisecond = timedelta(milliseconds=1)

    assert not may_shorten(KEEPS_90, BORN, [JULY, AUGUST], now=NOW + a_millisecond)
    assert may_shorten(KEEPS_90, BORN, [JULY, AUGUST, SEPTEMBER], now=NOW + a_millisecond)
    earlier = replace(BORN, created_at=BORN.created_at - a_millisecond)
    assert not may_shorten(KEEPS_90, earlier, [JULY, AUGUST], now=NOW)


def test_what_lies_between_the_parts_of_a_period_does_not_expire_with_them():
    start, end = ms("2026-07-01"), ms("2026-08-01")
    around = exported("2026-07", Part(start, start + DAY_MS), Part(start + 2 * DAY_MS, end))
    between = Part(start + DAY_MS, start + 2 * DAY_MS)

    assert not may_shorten(KEEPS_90, BORN, [around, AUGUST, entry("2026-07-02", between)], now=NOW)
    assert may_shorten(KEEPS_90, BORN, [around, AUGUST, exported("2026-07-02", between)], now=NOW)


def test_what_has_expired_long_ago_is_in_nobodys_way():
    old = replace(BORN, created_at=datetime(2020, 1, 1, tzinfo=UTC), retention_days=120)

    assert may_shorten(KEEPS_90, old, [AUGUST], now=NOW)
    assert not may_shorten(KEEPS_90, replace(old, retention_days=150), [AUGUST], now=NOW)


def test_a_log_group_that_is_younger_than_what_is_kept_has_nothing_to_lose():
    young = replace(BORN, created_at=datetime(2026, 9, 1, tzinfo=UTC))

    assert may_shorten(KEEPS_90, young, [], now=NOW)


@pytest.mark.parametrize(
    ("unit", "settle", "days", "is_too_short"),
    [
        ("day", timedelta(hours=12), 1, True),
        ("day", timedelta(hours=12), 3, False),
        ("day", timedelta(days=1, hours=22), 3, False),  # 71 hours
        ("day", timedelta(days=1, hours=23), 3, True),  # 72 hours
        ("week", timedelta(hours=12), 7, True),
        ("week", timedelta(hours=12), 14, False),
        ("week", timedelta(days=7), 14, True),
        ("month", timedelta(hours=12), 30, True),
        ("month", timedelta(hours=12), 60, False),
        ("month", timedelta(days=30), 60, True),
        ("month", timedelta(days=30), 90, False),
        ("month", timedelta(days=30), None, False),
    ],
)
def test_a_retention_must_be_longer_than_a_period_and_what_is_waited_after_it(
    unit, settle, days, is_too_short
):
    said = too_short(replace(TABLE, unit=unit, settle=settle), days)

    assert (said is not None) is is_too_short
    if said:
        assert f"{days} days is shorter than a {unit}" in said
