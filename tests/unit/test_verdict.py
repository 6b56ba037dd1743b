"""What should be done with a spooled run, from facts, and why."""

from dataclasses import replace
from datetime import timedelta

import pytest

from stepkeeper.domain.breaker import OUTAGE_LASTS
from stepkeeper.domain.failure import FailureKey
from stepkeeper.domain.verdict import Judged, MachineFacts, judge, overrule
from tests.unit.failed_runs import (
    EDIT,
    INPUT_BYTES,
    KNOWN,
    LINEAGE,
    NOW,
    OUTAGE,
    RUN,
    SECOND,
    UNKNOWN,
    UNREADABLE,
)

UNCHANGED = MachineFacts(exists=True, same_since=NOW - timedelta(days=300))
GONE = MachineFacts(exists=False)
DOWN = replace(UNCHANGED, outage=OUTAGE)
ATTEMPT_3 = replace(RUN, key=FailureKey(LINEAGE, 3))
LARGE = replace(RUN, input_bytes=INPUT_BYTES + 1)


def verdict_on(run=RUN, record=KNOWN, machine=UNCHANGED, *, now=NOW) -> Judged:
    return judge(run, record, machine, max_attempts=3, now=now)


def test_what_can_go_on_is_redriven_and_keeps_what_was_finished():
    assert verdict_on() == Judged(
        "redrive", "it goes on from the state that failed, and keeps what was finished"
    )


def test_what_may_have_ended_in_a_fail_state_is_looked_at_when_it_is_redriven():
    assert verdict_on(record=replace(KNOWN, resumable=None)).verdict == "redrive"


@pytest.mark.parametrize(
    ("run", "record", "machine", "reason"),
    [
        (RUN, replace(KNOWN, edit=EDIT), UNCHANGED, "its input was edited"),
        (ATTEMPT_3, replace(KNOWN, edit=EDIT), UNCHANGED, "its input was edited"),
        (RUN, replace(KNOWN, redrive_refused="it is too old"), UNCHANGED, "redrive it: it is too old"),
        (replace(RUN, execution_arn=None), KNOWN, UNCHANGED, "too little is known"),
        (replace(RUN, failed_at=None), KNOWN, UNCHANGED, "too little is known"),
        (RUN, replace(KNOWN, started_at=None), UNCHANGED, "too little is known"),
        (RUN, UNKNOWN, UNCHANGED, "too little is known"),
        (RUN, replace(KNOWN, resumable=False), UNCHANGED, "a Fail state"),
        (RUN, KNOWN, MachineFacts(exists=True), "the definition has changed since"),
        (RUN, replace(KNOWN, answer="restart"), UNCHANGED, "its restart was begun already"),
        (ATTEMPT_3, replace(KNOWN, answer="restart"), UNCHANGED, "its restart was begun already"),
    ],
)
def test_what_can_not_go_on_is_started_again(run, record, machine, reason):
    judged = verdict_on(run, record, machine)

    assert judged.verdict == "restart"
    assert reason in judged.reason


@pytest.mark.parametrize(("seconds", "verdict"), [(-1, "redrive"), (0, "restart"), (1, "restart")])
def test_an_hour_before_step_functions_would_refuse_it_nothing_is_redriven(seconds, verdict):
    run = replace(RUN, failed_at=NOW - timedelta(days=14) + timedelta(hours=1) - seconds * SECOND)

    judged = verdict_on(run)

    assert judged.verdict == verdict
    assert verdict == "redrive" or "14 days" in judged.reason


@pytest.mark.parametrize(("seconds", "verdict"), [(59, "restart"), (60, "redrive"), (61, "redrive")])
def test_a_run_that_was_started_less_than_a_minute_after_an_update_may_have_the_old_definition(
    seconds, verdict
):
    machine = MachineFacts(exists=True, same_since=KNOWN.started_at - seconds * SECOND)

    judged = verdict_on(machine=machine)

    assert judged.verdict == verdict
    assert verdict == "redrive" or "the definition has changed since" in judged.reason


@pytest.mark.parametrize("machine", [DOWN, replace(DOWN, same_since=None)])
@pytest.mark.parametrize("answer", [None, "restart", "redrive"])
def test_what_has_an_outage_waits(machine, answer):
    judged = verdict_on(record=replace(KNOWN, answer=answer), machine=machine)

    assert judged == Judged("wait", OUTAGE.reason)


@pytest.mark.parametrize(("seconds", "verdict"), [(-1, "wait"), (0, "redrive")])
def test_an_outage_lasts_half_an_hour(seconds, verdict):
    now = OUTAGE.since + OUTAGE_LASTS + seconds * SECOND

    assert verdict_on(machine=DOWN, now=now).verdict == verdict


@pytest.mark.parametrize(
    ("run", "machine", "reason"),
    [
        (UNREADABLE, GONE, UNREADABLE.reason),
        (LARGE, UNCHANGED, f"the input has {INPUT_BYTES + 1} bytes"),
        (LARGE, DOWN, f"the input has {INPUT_BYTES + 1} bytes"),
        (RUN, GONE, "there is no such state machine"),
        (ATTEMPT_3, UNCHANGED, "it has failed 3 times, and max_attempts is 3"),
        (ATTEMPT_3, DOWN, "it has failed 3 times, and max_attempts is 3"),
    ],
)
def test_what_a_person_has_to_see_to_is_quarantined(run, machine, reason):
    judged = verdict_on(run, machine=machine)

    assert judged.verdict == "quarantine"
    assert judged.reason.startswith(reason)


@pytest.mark.parametrize(("attempt", "verdict"), [(1, "redrive"), (2, "redrive"), (3, "quarantine")])
def test_after_so_many_failures_it_is_enough(attempt, verdict):
    assert verdict_on(replace(RUN, key=FailureKey(LINEAGE, attempt))).verdict == verdict


def test_an_input_of_just_the_size_that_an_execution_takes_is_run():
    assert verdict_on(replace(RUN, input_bytes=INPUT_BYTES)).verdict == "redrive"


def test_a_redrive_that_was_begun_stays_one_whatever_has_become_of_the_machine():
    judged = verdict_on(ATTEMPT_3, replace(KNOWN, answer="redrive"), GONE)

    assert judged == Judged("redrive", "its redrive was begun already")


def test_a_person_who_overrules_a_verdict_is_shown_what_it_was():
    judged = overrule(Judged("quarantine", "it has failed 3 times"), "restart")

    assert judged == Judged("restart", "as you say; by itself it would be quarantine: it has failed 3 times")


def test_a_person_who_agrees_is_shown_the_reason():
    judged = Judged("restart", "the definition has changed since")

    assert overrule(judged, "restart") == judged
