"""What became of the messages of a chunk, and whether another chunk follows."""

from typing import get_args

import pytest

from stepkeeper.domain.outcome import (
    HELD_AT_MOST,
    NO_START_BEFORE_MS,
    REFUSALS,
    STOP_BEFORE_MS,
    Kind,
    Outcome,
    outcome_of_refusal,
    why_stop,
)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("ExecutionAlreadyExists", "duplicate"),
        ("ThrottlingException", "throttled"),
        ("ExecutionLimitExceeded", "throttled"),
        ("InvalidArn", "never"),
        ("InvalidExecutionInput", "never"),
        ("InvalidName", "never"),
        ("StateMachineDoesNotExist", "never"),
        ("StateMachineDeleting", "never"),
        ("ValidationException", "never"),
        ("AccessDeniedException", "broken"),
        ("ExpiredTokenException", "broken"),
        ("InternalFailure", "broken"),
        ("KmsAccessDeniedException", "broken"),
        ("ServiceUnavailable", "broken"),
    ],
)
def test_each_refusal_of_a_start_has_its_meaning(code, kind):
    assert outcome_of_refusal(code, "why") == Outcome(kind, "why")


def test_a_message_is_deleted_only_where_nothing_is_left_to_do_for_it():
    settled = {kind for kind in get_args(Kind) if Outcome(kind, "").settled}

    assert settled == {"started", "redriven", "duplicate", "dropped", "quarantined"}
    assert settled & set(REFUSALS.values()) == {"duplicate"}


def why(tally, *, received=1, plan_left=None, remaining_ms=STOP_BEFORE_MS):
    return why_stop(tally, received=received, at_most=10, plan_left=plan_left, remaining_ms=remaining_ms)


@pytest.mark.parametrize(
    ("tally", "received", "remaining_ms", "reason"),
    [
        ({}, 0, STOP_BEFORE_MS, "the spool is empty"),
        ({"started": 10}, 0, STOP_BEFORE_MS, "max was reached"),
        ({"started": 9}, 0, STOP_BEFORE_MS, "the spool is empty"),
        ({"started": 9}, 9, STOP_BEFORE_MS, None),
        ({"started": 9, "redriven": 1}, 10, STOP_BEFORE_MS, "max was reached"),
        ({"started": 9, "broken": 1}, 10, STOP_BEFORE_MS, "max was reached"),
        ({"started": 11}, 11, 0, "max was reached"),
        ({"duplicate": 10, "quarantined": 10, "dropped": 10, "left": 10}, 40, STOP_BEFORE_MS, None),
        ({"started": 9}, 9, STOP_BEFORE_MS - 1, "out of time"),
        ({"started": 9}, 0, STOP_BEFORE_MS - 1, "out of time"),
        ({"started": 8, "late": 1}, 9, STOP_BEFORE_MS, "out of time"),
        ({"started": 1, "throttled": 1}, 2, STOP_BEFORE_MS, "throttled"),
        ({"started": 10, "throttled": 1}, 11, 0, "throttled"),
        ({"started": 1, "failing": 1}, 2, STOP_BEFORE_MS, None),
        ({"started": 1, "failing": 1}, 0, STOP_BEFORE_MS, "runs are failing again"),
        ({"started": 10, "failing": 1}, 11, STOP_BEFORE_MS, "max was reached"),
        ({"started": 1, "full": 1}, 2, STOP_BEFORE_MS, None),
        ({"started": 1, "full": 1}, 0, STOP_BEFORE_MS, "max_running was reached"),
        ({"full": 1, "failing": 1}, 0, STOP_BEFORE_MS, "runs are failing again"),
    ],
)
def test_why_no_further_messages_are_received(tally, received, remaining_ms, reason):
    assert why(tally, received=received, remaining_ms=remaining_ms) == reason


@pytest.mark.parametrize(
    ("failing", "full", "reason"),
    [
        (HELD_AT_MOST - 1, 0, None),
        (HELD_AT_MOST, 0, "runs are failing again"),
        (0, HELD_AT_MOST - 1, None),
        (0, HELD_AT_MOST, "max_running was reached"),
        (1, HELD_AT_MOST - 2, None),
        (1, HELD_AT_MOST - 1, "runs are failing again"),
    ],
)
def test_a_call_that_can_do_nothing_with_so_many_looks_no_further(failing, full, reason):
    assert why({"failing": failing, "full": full}) == reason


@pytest.mark.parametrize(
    ("tally", "received", "plan_left", "reason"),
    [
        ({}, 0, 0, "the plan is done"),
        ({}, 10, 0, "the plan is done"),
        ({}, 10, 1, None),
        ({}, 0, 1, "the spool is empty"),
        ({"started": 10}, 10, 0, "max was reached"),
        ({"failing": 1}, 10, 0, "runs are failing again"),
        ({"full": 1}, 10, 0, "max_running was reached"),
        ({"failing": HELD_AT_MOST}, 10, 1, None),
    ],
)
def test_a_plan_is_looked_for_until_all_of_it_was_met(tally, received, plan_left, reason):
    assert why(tally, received=received, plan_left=plan_left) == reason


def test_what_was_received_is_begun_only_while_there_is_time_to_see_it_through():
    assert 0 < NO_START_BEFORE_MS < STOP_BEFORE_MS
