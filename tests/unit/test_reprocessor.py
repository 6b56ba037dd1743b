"""What is done with a spooled run: it is started again, redriven, left, or put into quarantine."""

from dataclasses import replace

import pytest

from stepkeeper.domain.breaker import OUTAGE_LASTS
from stepkeeper.domain.failure import NAMES_ARE_TAKEN_FOR, FailureKey
from stepkeeper.domain.reprocessor import Leave, Quarantine, Settled, Start
from tests.unit.decisions import (
    ATTEMPT_3,
    BEGUN_REDRIVE,
    BEGUN_RESTART,
    DROPPED,
    EDITED,
    LEFT,
    REDRIVE,
    START,
    decide_on,
    planned,
)
from tests.unit.failed_runs import EDIT, INPUT_BYTES, LINEAGE, NOW, OUTAGE, RUN, SECOND, UNKNOWN, UNREADABLE

FORCED = planned("restart", forced=True)
LARGE = replace(RUN, input_bytes=INPUT_BYTES + 1)


def test_a_run_is_started_again_with_its_own_input():
    assert decide_on() == Start(RUN, '{"key":"12345"}', edited_at=None)


@pytest.mark.parametrize(("attempt", "runs"), [(1, True), (2, True), (3, False), (4, False)])
def test_what_has_failed_as_often_as_it_may_needs_a_person(attempt, runs):
    decision = decide_on(replace(RUN, key=FailureKey(LINEAGE, attempt)))

    reason = f"it has failed {attempt} times, and max_attempts is 3"
    assert isinstance(decision, Start) if runs else decision == Quarantine(reason)


@pytest.mark.parametrize("run", [RUN, ATTEMPT_3], ids=["early", "out of attempts"])
def test_what_was_edited_is_started_with_the_edit(run):
    assert decide_on(run, EDITED) == Start(run, EDIT.input, EDIT.at)


@pytest.mark.parametrize("run", [RUN, ATTEMPT_3, UNREADABLE, LARGE])
@pytest.mark.parametrize("plan", [None, FORCED], ids=["no plan", "forced"])
def test_what_was_dropped_is_settled_whatever_it_is(run, plan):
    assert decide_on(run, DROPPED, planned=plan) == Settled("it was dropped: the order was cancelled")


@pytest.mark.parametrize("plan", [None, FORCED], ids=["no plan", "forced"])
def test_what_can_not_be_read_is_quarantined_whatever_a_person_says(plan):
    assert decide_on(UNREADABLE, planned=plan) == Quarantine(UNREADABLE.reason)


@pytest.mark.parametrize("plan", [None, FORCED], ids=["no plan", "forced"])
def test_an_input_larger_than_an_execution_takes_is_quarantined_whatever_a_person_says(plan):
    largest = replace(RUN, input_bytes=INPUT_BYTES)

    assert isinstance(decide_on(largest, planned=plan), Start)
    assert isinstance(decide_on(LARGE, planned=plan), Quarantine)


def test_the_size_that_counts_is_that_of_the_edit():
    made_small = decide_on(LARGE, EDITED)
    made_large = decide_on(RUN, replace(UNKNOWN, edit=replace(EDIT, input="x" * (INPUT_BYTES + 1))))

    assert isinstance(made_small, Start)
    assert made_large == Quarantine(
        f"the input has {INPUT_BYTES + 1} bytes, and an execution takes at most {INPUT_BYTES}"
    )


@pytest.mark.parametrize(("seconds", "runs"), [(-1, True), (0, True), (1, False)])
@pytest.mark.parametrize("plan", [None, FORCED], ids=["no plan", "forced"])
def test_what_failed_after_the_call_began_is_left_for_another(plan, seconds, runs):
    decision = decide_on(replace(RUN, failed_at=NOW + seconds * SECOND), planned=plan)

    assert isinstance(decision, Start) if runs else isinstance(decision, Leave) and decision.kind == "fresh"


@pytest.mark.parametrize("plan", [None, planned("restart"), planned("redrive")])
@pytest.mark.parametrize("record", [UNKNOWN, EDITED, BEGUN_RESTART, BEGUN_REDRIVE])
def test_nothing_is_run_while_its_outage_is_on(record, plan):
    """What was claimed before the outage, and throttled then, was started all the same."""
    assert decide_on(record=record, planned=plan, outage=OUTAGE) == LEFT


@pytest.mark.parametrize(("seconds", "decision"), [(-1, LEFT), (0, START)])
def test_half_an_hour_later_the_outage_is_over(seconds, decision):
    now = OUTAGE.since + OUTAGE_LASTS + seconds * SECOND

    assert decide_on(outage=OUTAGE, now=now) == decision


@pytest.mark.parametrize("run", [UNREADABLE, LARGE, ATTEMPT_3])
def test_what_can_never_run_is_quarantined_during_an_outage_too(run):
    assert isinstance(decide_on(run, outage=OUTAGE), Quarantine)


@pytest.mark.parametrize("run", [RUN, ATTEMPT_3], ids=["early", "out of attempts"])
def test_a_restart_that_was_begun_is_brought_to_its_end(run):
    assert decide_on(run, BEGUN_RESTART) == Start(run, RUN.input, edited_at=None)


def test_a_redrive_that_was_begun_is_brought_to_its_end():
    assert decide_on(record=BEGUN_REDRIVE) == REDRIVE


@pytest.mark.parametrize(("seconds", "runs"), [(0, True), (1, False)])
@pytest.mark.parametrize("plan", [None, FORCED], ids=["no plan", "forced"])
def test_a_restart_is_not_repeated_once_step_functions_may_have_forgotten_it(plan, seconds, runs):
    """It remembers a name for 90 days, and would run it again on the 91st."""
    record = replace(BEGUN_RESTART, answered_at=NOW - NAMES_ARE_TAKEN_FOR - seconds * SECOND)

    decision = decide_on(record=record, planned=plan)

    assert isinstance(decision, Start if runs else Quarantine)
