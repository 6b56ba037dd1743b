"""How many bytes an export will take, and whether that is too much."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from stepkeeper.domain.export_estimate import bytes_of, left_of, too_much, written
from stepkeeper.domain.ledger import Part
from tests.export_values import DAY_MS, LOG_GROUP, NOW, TABLE, entry, exported, ms

TEN_DAYS_OLD = replace(LOG_GROUP, created_at=datetime(2026, 11, 11, tzinfo=UTC), stored_bytes=1000)
AT = datetime(2026, 11, 21, tzinfo=UTC)
FIRST = ms("2026-11-11")
STATES = (
    Part(0, 1, "completed"),
    Part(1, 2, "empty"),
    Part(2, 3),
    Part(3, 4, "submitted"),
    Part(4, 5, "failed"),
)


def days(first: int, last: int) -> tuple[int, int]:
    """From the beginning of one day of the group's life to that of another."""
    return FIRST + first * DAY_MS, FIRST + last * DAY_MS


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([], ()),
        ([entry()], ((ms("2026-10-01"), ms("2026-11-01")),)),
        ([entry(given_up=True)], ((ms("2026-10-01"), ms("2026-11-01")),)),
        ([exported(), exported(objects=0)], ()),
        ([entry(lost="deleted"), entry(accepted="a test system")], ()),
        (
            [entry("2026-10", *STATES)],
            ((2, 3), (3, 4), (4, 5)),
        ),
    ],
)
def test_what_is_left_is_what_is_in_the_bucket_by_no_edition(entries, expected):
    assert left_of(entries) == expected


@pytest.mark.parametrize(
    ("spans", "incoming", "expected"),
    [
        ([], {}, 0),
        # Where metrics tell nothing, it is a share of what is stored.
        ([days(0, 10)], {}, 1000),
        ([days(0, 5)], {}, 500),
        ([days(9, 20)], {}, 100),
        ([days(-14, 0)], {}, 0),
        # Where they tell of a day, that is what came in, or a share of it.
        ([days(0, 10)], {FIRST: 70.0}, 70),
        ([days(0, 10)], {FIRST: 70.0, FIRST + 3 * DAY_MS: 7.0}, 77),
        ([days(1, 3)], {FIRST: 70.0, FIRST + 3 * DAY_MS: 7.0}, 0),
        ([(FIRST, FIRST + DAY_MS // 2)], {FIRST: 70.0}, 35),
        # Nothing came in before the first of those days.
        ([days(0, 10)], {FIRST + 5 * DAY_MS: 70.0}, 70),
        ([days(0, 5)], {FIRST + 5 * DAY_MS: 70.0}, 0),
    ],
)
def test_what_came_in_is_known_from_metrics_or_guessed_from_what_is_stored(spans, incoming, expected):
    assert bytes_of(TEN_DAYS_OLD, spans, incoming, now=AT) == expected


def test_what_has_expired_has_no_share_of_what_is_stored():
    group = replace(TEN_DAYS_OLD, created_at=datetime(2020, 1, 1, tzinfo=UTC), retention_days=10)

    assert bytes_of(group, [(ms("2020-01-01"), FIRST + 5 * DAY_MS)], {}, now=AT) == 500


def test_a_log_group_that_was_made_this_moment_takes_nothing():
    assert bytes_of(replace(TEN_DAYS_OLD, created_at=AT), [days(0, 10)], {}, now=AT) == 0


def test_a_run_may_take_as_much_as_its_table_says_and_not_a_byte_more():
    table = replace(TABLE, at_most=1000)

    assert too_much(table, {}) is None
    assert too_much(table, {"/a": 400, "/b": 600}) is None
    assert too_much(table, {"/a": 400, "/b": 601}) is not None


def test_what_is_too_much_is_told_with_the_three_largest():
    table = replace(TABLE, at_most=10**9)

    said = too_much(table, {"/a": 10**9, "/b": 3 * 10**9, "/c": 5, "/d": 2 * 10**9})

    assert said == (
        "[exports.nightly] about 6.0 GB are left to export, and at_most allows 1.0 GB a run. Nothing of it "
        "was begun. The largest: /b (3.0 GB), /d (2.0 GB), /a (1.0 GB). Raise at_most, or lower back."
    )


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1.0 KB"),
        (999_949, "999.9 KB"),
        (10**6, "1.0 MB"),
        (1_234_567_890, "1.2 GB"),
        (10**12, "1.0 TB"),
        (5 * 10**15, "5000.0 TB"),
    ],
)
def test_a_size_is_written_for_people(size, expected):
    assert written(size) == expected


def test_a_guess_needs_no_metrics_of_a_log_group_that_is_not_yet_known_to_them():
    assert bytes_of(LOG_GROUP, [(ms("2026-10-01"), ms("2026-11-01"))], {}, now=NOW) == 0
