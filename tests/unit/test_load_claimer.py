"""Who may do a load: each rule, with each state that a claim can be in."""

from datetime import UTC, datetime, timedelta

import pytest

from stepkeeper.domain.load_claimer import (
    CLAIM_LASTS,
    Changed,
    Claim,
    Refused,
    Unchanged,
    complete,
    forget,
    holder_to_ask_for,
    release,
    take,
)

FIRST, SECOND, THIRD = "arn:first", "arn:second", "arn:third"
THEN = datetime(2026, 11, 26, 0, 30, 2, tzinfo=UTC)
NOW = THEN + timedelta(hours=3)


def claim(holder=FIRST, load_as=FIRST, *, done=False, version=7):
    return Claim(holder, load_as, done, THEN, version)


HELD, FREED, FORGOTTEN = claim(), claim(holder=None), claim(load_as=None)
FREED_AND_FORGOTTEN, TAKEN_OVER = claim(holder=None, load_as=None), claim(holder=SECOND)
DONE = claim(done=True)


@pytest.mark.parametrize(
    ("found", "asked_for"),
    [
        (None, None),
        (HELD, FIRST),
        (FORGOTTEN, FIRST),
        (TAKEN_OVER, None),
        (FREED, None),
        (FREED_AND_FORGOTTEN, None),
        (DONE, None),
    ],
)
def test_only_of_another_holder_does_it_matter_whether_it_still_runs(found, asked_for):
    assert holder_to_ask_for(found, SECOND, now=NOW) == asked_for


@pytest.mark.parametrize(
    ("age", "asked_for"),
    [
        (timedelta(0), FIRST),
        (-timedelta(hours=1), FIRST),
        (CLAIM_LASTS - timedelta(microseconds=1), FIRST),
        (CLAIM_LASTS, None),
        (timedelta(days=399), None),
    ],
)
def test_a_claim_that_is_older_than_a_run_can_be_belongs_to_nobody(age, asked_for):
    assert holder_to_ask_for(HELD, SECOND, now=THEN + age) == asked_for


def test_the_first_takes_a_load_that_nobody_was_at_under_its_own_name():
    decision = take(None, FIRST, now=NOW, holder_runs=False)

    assert decision == Changed(Claim(FIRST, FIRST, False, NOW, 1), "nobody was at this load")


def test_a_second_is_refused_while_the_first_runs_and_is_told_who_it_is_and_since_when():
    decision = take(HELD, SECOND, now=NOW, holder_runs=True)

    assert decision == Refused("arn:first is at it, since 2026-11-26 00:30:02 UTC")


@pytest.mark.parametrize("execution", [FIRST, SECOND])
@pytest.mark.parametrize("runs", [False, True])
def test_what_is_loaded_is_claimed_by_nobody_again_also_not_by_who_loaded_it(execution, runs):
    decision = take(DONE, execution, now=NOW, holder_runs=runs)

    assert decision == Refused("arn:first has loaded it, at 2026-11-26 00:30:02 UTC")


def test_a_claim_that_is_taken_twice_by_the_same_run_is_as_it_was():
    assert take(HELD, FIRST, now=NOW, holder_runs=False) == Unchanged(
        HELD, "this execution holds the claim already"
    )
    assert take(TAKEN_OVER, SECOND, now=NOW, holder_runs=False) == Unchanged(
        TAKEN_OVER, "this execution holds the claim already"
    )


@pytest.mark.parametrize(
    ("found", "load_as", "reason"),
    [
        (HELD, FIRST, "arn:first that was at it has ended"),
        (FREED, FIRST, "an execution that was at it has ended"),
        (FORGOTTEN, THIRD, "arn:first that was at it has ended"),
        (FREED_AND_FORGOTTEN, THIRD, "an execution that was at it has ended"),
        (TAKEN_OVER, FIRST, "arn:second that was at it has ended"),
    ],
)
def test_who_takes_over_loads_under_the_name_that_the_load_was_begun_with_unless_it_failed(
    found, load_as, reason
):
    decision = take(found, THIRD, now=NOW, holder_runs=False)

    assert decision == Changed(Claim(THIRD, load_as, False, NOW, 8), reason)


def test_a_run_that_claims_again_after_its_load_failed_has_a_name_to_load_under():
    decision = take(FORGOTTEN, FIRST, now=NOW, holder_runs=False)

    assert decision == Changed(
        Claim(FIRST, FIRST, False, NOW, 8), "the load has failed, and this execution begins it again"
    )


@pytest.mark.parametrize(
    ("found", "execution"), [(HELD, FIRST), (FREED, FIRST), (TAKEN_OVER, SECOND), (TAKEN_OVER, FIRST)]
)
def test_a_load_is_recorded_by_whoever_saw_it_succeed(found, execution):
    decision = complete(found, execution, load_as=FIRST, now=NOW)

    assert decision == Changed(Claim(execution, FIRST, True, NOW, 8), "the load has succeeded")


def test_a_load_is_recorded_also_where_the_table_has_lost_its_claim():
    decision = complete(None, SECOND, load_as=FIRST, now=NOW)

    assert decision == Changed(Claim(SECOND, FIRST, True, NOW, 1), "the claim was gone")


@pytest.mark.parametrize("execution", [FIRST, SECOND])
def test_a_load_that_is_recorded_stays_recorded_for_who_did_it_first(execution):
    decision = complete(DONE, execution, load_as=FIRST, now=NOW)

    assert decision == Unchanged(DONE, "it is recorded already")


@pytest.mark.parametrize(
    ("found", "names"),
    [
        (claim(SECOND, SECOND), ("arn:second", "arn:second")),
        (claim(SECOND, SECOND, done=True), ("arn:second", "arn:second")),
        (FORGOTTEN, ("None", "arn:first")),
    ],
)
def test_a_load_that_goes_on_under_another_name_by_now_is_not_recorded(found, names):
    decision = complete(found, FIRST, load_as=FIRST, now=NOW)

    assert decision == Refused(f"the load goes on as {names[0]} by now, held by {names[1]}")


@pytest.mark.parametrize("found", [HELD, FREED, TAKEN_OVER])
def test_the_name_of_a_load_that_failed_is_forgotten_and_the_holder_stays(found):
    decision = forget(found, load_as=FIRST)

    assert decision == Changed(
        Claim(found.holder, load_as=None, done=False, since=THEN, version=8), "the load has failed"
    )


@pytest.mark.parametrize("found", [None, DONE, FORGOTTEN, claim(SECOND, SECOND), claim(FIRST, SECOND)])
def test_neither_a_load_that_is_done_nor_one_under_another_name_is_forgotten(found):
    decision = forget(found, load_as=FIRST)

    assert decision == Unchanged(found, "the load goes on under another name by now")


@pytest.mark.parametrize("load_as", [FIRST, SECOND, None])
def test_a_run_that_has_ended_leaves_the_name_behind_that_it_loaded_under(load_as):
    decision = release(claim(FIRST, load_as), FIRST)

    assert decision == Changed(
        Claim(None, load_as, done=False, since=THEN, version=8), "the execution has ended"
    )


@pytest.mark.parametrize("found", [None, DONE, FREED, FREED_AND_FORGOTTEN, TAKEN_OVER])
def test_a_run_that_has_ended_releases_nothing_that_is_done_free_or_somebody_elses(found):
    assert release(found, FIRST) == Unchanged(found, "it holds no claim")
