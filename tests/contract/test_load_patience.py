"""load_when_ready has the time that its data and its load may take, and tells of the waiting now and then."""

from itertools import islice
from typing import Any

from stepkeeper.domain.load_claimer import CLAIM_LASTS
from stepkeeper.load_input import LONGEST_WAIT
from tests.contract.machines import states
from tests.contract.visits import (
    LOAD,
    load_pauses,
    looks,
    poll_seconds,
    polls_between_notices,
    visits_in_loops,
)

HOUR = 3600


def patience_with_a_load() -> int:
    """The seconds between the start of a load and the last look at it."""
    return sum(islice(load_pauses(), looks()))


def longest_visit(task: dict[str, Any]) -> float:
    """The seconds that a Task may take, with every try as long as it may be, and all its retries used up."""
    delays = [
        min(retrier["IntervalSeconds"] * retrier["BackoffRate"] ** attempt, retrier["MaxDelaySeconds"])
        for retrier in task["Retry"]
        for attempt in range(retrier["MaxAttempts"])
    ]
    return float(task["TimeoutSeconds"] * (len(delays) + 1) + sum(delays))


def test_a_load_is_looked_at_for_more_than_a_day() -> None:
    assert patience_with_a_load() > 24 * HOUR


def test_a_run_has_time_for_the_longest_wait_and_the_longest_load_and_every_try_in_between() -> None:
    looped = visits_in_loops()["LoadWhenReady"]
    once = sum(longest_visit(task) for name, task in states(LOAD, "Task") if name not in looped)
    # A check begins before the latest time and may end long after it; so may the notice that follows it.
    last_check = sum(
        longest_visit(LOAD["States"][name]) for name in ("Is the data there?", "Tell: still waiting")
    )

    needed = LONGEST_WAIT.total_seconds() + patience_with_a_load() + once + 2 * last_check

    assert needed <= LOAD["TimeoutSeconds"]


def test_a_claim_outlasts_the_longest_run() -> None:
    assert LOAD["TimeoutSeconds"] < CLAIM_LASTS.total_seconds()


def test_people_are_told_at_most_once_an_hour_that_data_is_missing() -> None:
    assert polls_between_notices() * poll_seconds() >= HOUR


def test_people_are_told_at_the_first_check_that_data_is_missing() -> None:
    assert LOAD["States"]["Claim the load"]["Assign"]["polls"] == 0
    assert 1 % polls_between_notices() == 1


def test_the_checks_have_an_end_before_they_have_a_notice() -> None:
    ways = [choice["Next"] for choice in LOAD["States"]["How much is there?"]["Choices"]]

    assert ways == [
        "Tell: the data is there",
        "Tell: the data never came",
        "Tell: still waiting",
        "Wait for the data",
    ]


def test_a_check_asks_again_each_time_also_in_a_run_whose_name_was_used_before() -> None:
    check = LOAD["States"]["Is the data there?"]["Arguments"]["Payload"]

    assert "$states.context.Execution.StartTime" in check
    assert "$string($polls)" in check
