"""A plan is carried out as it was shown, unless somebody has acted on the run since."""

from dataclasses import replace

import pytest

from stepkeeper.domain.reprocessor import Leave, Quarantine, Start
from tests.unit.decisions import (
    ATTEMPT_3,
    BEGUN_REDRIVE,
    BEGUN_RESTART,
    LEFT,
    REDRIVE,
    START,
    decide_on,
    planned,
)
from tests.unit.failed_runs import EDIT, OUTAGE, RUN, SECOND, UNKNOWN


@pytest.mark.parametrize(
    ("verdict", "decision"),
    [
        ("redrive", REDRIVE),
        ("restart", START),
        ("wait", Leave("the plan says to wait")),
        ("quarantine", Quarantine("a person put it there")),
    ],
)
@pytest.mark.parametrize("forced", [False, True])
def test_each_verdict_has_its_deed(verdict, decision, forced):
    assert decide_on(planned=planned(verdict, forced=forced)) == decision


def test_what_is_out_of_attempts_is_quarantined_for_that():
    decision = decide_on(ATTEMPT_3, planned=planned("quarantine"))

    assert decision == Quarantine("it has failed 3 times, and max_attempts is 3")


def test_a_person_may_run_what_is_out_of_attempts():
    decision = decide_on(ATTEMPT_3, planned=planned("restart", forced=True))

    assert decision == Start(ATTEMPT_3, RUN.input, edited_at=None)


@pytest.mark.parametrize(("seconds", "decision"), [(-1, START), (0, START), (1, LEFT)])
def test_a_person_may_overrule_an_outage_that_was_known(seconds, decision):
    plan = planned("restart", forced=True)
    outage = replace(OUTAGE, since=plan.made_at + seconds * SECOND)

    assert decide_on(outage=outage, planned=plan, now=outage.since + SECOND) == decision


@pytest.mark.parametrize("resumable", [None, True, False])
def test_whether_a_redrive_would_go_on_is_looked_at_where_it_is_not_known(resumable):
    record = replace(UNKNOWN, resumable=resumable)

    decision = decide_on(record=record, planned=planned("redrive"))

    assert decision == replace(REDRIVE, resumable=resumable)


def test_a_redrive_of_what_was_edited_before_is_made_for_that_edit():
    record = replace(UNKNOWN, edit=replace(EDIT, at=planned("redrive").made_at))

    decision = decide_on(record=record, planned=planned("redrive", forced=True))

    assert decision == replace(REDRIVE, edited_at=record.edit.at)


def test_what_has_no_execution_to_redrive_is_started():
    run = replace(RUN, execution_arn=None)

    assert decide_on(run, planned=planned("redrive", forced=True)) == Start(run, RUN.input, edited_at=None)


@pytest.mark.parametrize(("seconds", "runs"), [(-1, True), (0, True), (1, False)])
def test_what_was_edited_after_the_plan_was_made_is_left(seconds, runs):
    plan = planned("restart")
    edit = replace(EDIT, at=plan.made_at + seconds * SECOND)

    decision = decide_on(record=replace(UNKNOWN, edit=edit), planned=plan)

    assert isinstance(decision, Start if runs else Leave)


@pytest.mark.parametrize("verdict", ["redrive", "restart", "wait", "quarantine"])
@pytest.mark.parametrize(("record", "decision"), [(BEGUN_RESTART, START), (BEGUN_REDRIVE, REDRIVE)])
def test_what_was_begun_is_brought_to_its_end_whatever_the_plan_says(record, decision, verdict):
    assert decide_on(record=record, planned=planned(verdict, forced=True)) == decision
