"""How many lists are asked for in which time."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from stepkeeper.domain.list_budget import MOST_AT_ONCE, PER_SECOND, full_budget

NOW = datetime(2026, 11, 21, tzinfo=UTC)
REGION_AT_ONCE, REGION_PER_SECOND = 100, 2
"""What most Regions allow an account (Step Functions quotas)."""


def moments(count: int, pauses: list[float]) -> list[float]:
    """When so many lists are made, in seconds, one as soon as it may be; before some there is a pause."""
    budget, now = full_budget(NOW), NOW
    made = []
    for number in range(count):
        now += timedelta(seconds=pauses[number % len(pauses)] if pauses else 0)
        now += budget.to_wait(now)
        budget = budget.spent(now)
        made.append((now - NOW).total_seconds())
    return made


def test_the_first_ones_are_made_at_once_and_the_others_one_by_one() -> None:
    made = moments(90, [])

    assert made[int(MOST_AT_ONCE) - 1] == 0
    assert abs(made[89] - 30 / PER_SECOND) < 0.01


@given(st.lists(st.floats(0, 20), max_size=7), st.integers(1, 300))
def test_the_region_refuses_none_of_them(pauses: list[float], count: int) -> None:
    left, at = float(REGION_AT_ONCE), 0.0
    for moment in moments(count, pauses):
        left = min(REGION_AT_ONCE, left + (moment - at) * REGION_PER_SECOND) - 1
        at = moment
        assert left >= 0


def test_after_one_that_was_refused_none_is_made_for_a_while() -> None:
    budget = full_budget(NOW).exhausted(NOW)

    assert budget.to_wait(NOW).total_seconds() > 0.6
    assert budget.as_of(NOW + timedelta(seconds=120)).left == MOST_AT_ONCE


def test_a_clock_that_goes_back_gives_nothing() -> None:
    budget = full_budget(NOW).spent(NOW)

    assert budget.as_of(NOW - timedelta(hours=1)) == budget
