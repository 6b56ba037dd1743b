"""Which period is exported next."""

from datetime import UTC, datetime, timedelta

import pytest

from stepkeeper.domain.bucket_checker import Done, Export, next_export
from stepkeeper.domain.period import Period

AUGUST, SEPTEMBER, OCTOBER = (
    Period(
        f"2026-{number:02d}", datetime(2026, number, 1, tzinfo=UTC), datetime(2026, number + 1, 1, tzinfo=UTC)
    )
    for number in (8, 9, 10)
)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
A_MILLISECOND = timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        (set(), AUGUST),
        ({"2026-08"}, SEPTEMBER),
        ({"2026-09"}, AUGUST),
        ({"2026-08", "2026-10"}, SEPTEMBER),
        ({"2026-08", "2026-09"}, OCTOBER),
        ({"2019-01"}, AUGUST),
    ],
)
def test_the_oldest_period_without_a_manifest_comes_next(done, expected):
    decision = next_export([AUGUST, SEPTEMBER, OCTOBER], done=done, log_group_created_at=LONG_AGO)

    assert isinstance(decision, Export)
    assert decision.period == expected
    assert f"{expected.id} is the oldest" in decision.reason


def test_all_is_done_when_every_period_has_its_manifest():
    decision = next_export([AUGUST], done={"2026-08", "2026-07"}, log_group_created_at=LONG_AGO)

    assert decision == Done("every finished period has its manifest")


@pytest.mark.parametrize(
    ("created_at", "expected"),
    [
        (SEPTEMBER.start, SEPTEMBER),
        (SEPTEMBER.end - A_MILLISECOND, SEPTEMBER),
        (SEPTEMBER.end, OCTOBER),
        (SEPTEMBER.end + A_MILLISECOND, OCTOBER),
    ],
    ids=["at its start", "in its last millisecond", "at its end", "after its end"],
)
def test_a_period_that_was_over_when_the_log_group_was_created_is_not_exported(created_at, expected):
    decision = next_export([AUGUST, SEPTEMBER, OCTOBER], done=set(), log_group_created_at=created_at)

    assert isinstance(decision, Export)
    assert decision.period == expected


def test_a_log_group_younger_than_every_period_has_nothing_to_export():
    decision = next_export([AUGUST, SEPTEMBER], done=set(), log_group_created_at=SEPTEMBER.end)

    assert isinstance(decision, Done)
