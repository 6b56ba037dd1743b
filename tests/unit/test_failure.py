"""Failures, told apart by lineage and attempt, and by when they were."""

from datetime import UTC, datetime, timedelta

import pytest

from stepkeeper.domain.failure import FailureKey, FailureRecord, parse_failure_key

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
KEY = FailureKey("9f2c4e7a1b3d5f60", 12)


def test_a_failure_is_written_with_its_lineage_and_its_attempt_and_read_so_again():
    assert str(KEY) == "9f2c4e7a1b3d5f60.12"
    assert parse_failure_key(str(KEY)) == KEY


def test_the_failure_after_it_is_the_next_attempt():
    assert KEY.next == FailureKey("9f2c4e7a1b3d5f60", 13)


@pytest.mark.parametrize(
    ("failed_at", "started_at", "expected"),
    [
        (NOON, NOON - timedelta(days=300), False),
        (NOON, NOON, False),
        (NOON, NOON + timedelta(days=89), False),
        (NOON, NOON + timedelta(days=89, microseconds=1), True),
        (NOON, None, False),
        (None, NOON, False),
    ],
)
def test_what_failed_before_a_name_could_be_given_again_was_another_run(failed_at, started_at, expected):
    """A name is taken for 90 days; a day is for clocks that do not agree."""
    assert FailureRecord(KEY, failed_at=failed_at).is_of_namesake(started_at) is expected
