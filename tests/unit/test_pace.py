"""No second sees more starts than it may."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepkeeper.domain.pace import Pace
from tests.unit.failed_runs import NOW, SECOND


@pytest.mark.parametrize("rate", [1, 3, 100, 1000])
def test_starts_that_are_asked_for_at_once_are_spread_over_the_seconds(rate):
    pace = Pace(per_second=rate)

    moments = [pace.next_moment(NOW) for _ in range(2 * rate + 1)]

    assert moments[0] == NOW
    assert moments[-1] - NOW >= 2 * SECOND * 0.999
    assert all(later - earlier >= SECOND for earlier, later in zip(moments, moments[rate:], strict=False))
    assert min(b - a for a, b in pairwise(moments)) > SECOND / rate * 0.79


def test_a_start_that_comes_late_enough_waits_for_nothing():
    pace = Pace(per_second=10)
    pace.next_moment(NOW)

    assert pace.next_moment(NOW + SECOND / 10) == NOW + SECOND / 10


def test_a_quiet_hour_is_not_made_up_for_beyond_its_last_second():
    pace = Pace(per_second=10)
    pace.next_moment(NOW)
    later = NOW + timedelta(hours=1)

    moments = [pace.next_moment(later) for _ in range(11)]

    assert moments[0] == later
    assert moments[10] == later + SECOND


def test_time_that_was_lost_is_made_up_for_within_the_second():
    pace = Pace(per_second=10)
    for _ in range(5):
        pace.next_moment(NOW)
    later = NOW + SECOND * 0.6

    moments = [pace.next_moment(later) for _ in range(5)]

    assert moments[-1] < NOW + SECOND
    assert pace.next_moment(later) == NOW + SECOND


@given(st.integers(1, 50), st.lists(st.integers(0, 2_000_000), min_size=1, max_size=200))
def test_no_second_has_more_starts_than_it_may_whenever_they_are_asked_for(rate, passed):
    pace, now, moments = Pace(per_second=rate), NOW, []
    for microseconds in passed:
        now += timedelta(microseconds=microseconds)
        moments.append(pace.next_moment(now))

    # The gap is cut to whole microseconds, which comes to less than a millisecond in a second.
    second = SECOND - timedelta(milliseconds=1)
    crowded = [a for a, b in zip(moments, moments[rate:], strict=False) if b - a < second]
    assert crowded == []
