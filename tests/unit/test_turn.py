"""Whose turn it is to export."""

from dataclasses import replace
from datetime import timedelta

import pytest

from stepkeeper.domain.turn import KNOWN_AFTER, PLANNED_FOR, Busy, Turn, holder_to_ask_for, is_to_plan, take
from tests.export_values import NOW

A, A2, B = (
    f"arn:aws:states:ap-northeast-1:123456789012:execution:export_logs:{name}" for name in ("a", "a-2", "b")
)
THEN = NOW - timedelta(hours=1)
TURN = Turn(A, A, THEN, 7, {"nightly": "too much"}, ("/mistyped",))


@pytest.mark.parametrize(
    ("turn", "execution", "run", "continues", "asked"),
    [
        (None, A, A, None, None),
        (TURN, A, A, None, None),
        (TURN, B, B, None, A),
        (TURN, A2, A, A, None),
        (TURN, A2, A, B, A),
        (TURN, B, B, B, A),
        # It hands over to its own run alone.
        (TURN, B, B, A, A),
    ],
)
def test_it_matters_whether_the_holder_runs_unless_it_is_oneself_or_has_handed_over(
    turn, execution, run, continues, asked
):
    assert holder_to_ask_for(turn, execution, run=run, continues=continues) == asked


@pytest.mark.parametrize(
    ("continues", "planned_at", "expected"),
    [
        (None, NOW, True),
        (A, None, True),
        (A, NOW - PLANNED_FOR + timedelta(seconds=1), False),
        (A, NOW - PLANNED_FOR, True),
    ],
)
def test_a_run_plans_when_it_begins_and_again_each_day(continues, planned_at, expected):
    turn = replace(TURN, planned_at=planned_at)

    assert is_to_plan(turn, continues=continues, now=NOW) is expected


@pytest.mark.parametrize("runs", [True, False, None])
def test_the_first_of_all_takes_the_turn(runs):
    assert take(None, A, run=A, now=NOW, holder_runs=runs) == Turn(A, A, NOW)


@pytest.mark.parametrize("runs", [True, False, None])
def test_who_has_the_turn_keeps_it_and_what_was_noted_in_it(runs):
    assert take(TURN, A, run=A, now=NOW, holder_runs=runs) == TURN


def test_while_another_runs_nobody_takes_its_turn():
    decision = take(TURN, B, run=B, now=NOW, holder_runs=True)

    assert decision == Busy(A, f"{A} is at it, since 2026-11-22 02:00:00 UTC")


def test_once_the_holder_has_ended_the_next_run_takes_the_turn_and_what_was_held_back_until_it_has_planned():
    decision = take(TURN, B, run=B, now=NOW, holder_runs=False)

    assert decision == replace(TURN, holder=B, run=B, since=NOW, version=8)


def test_an_execution_that_continues_the_run_takes_over_what_was_noted():
    decision = take(TURN, A2, run=A, now=NOW, holder_runs=False)

    assert decision == replace(TURN, holder=A2, since=NOW, version=8)


def test_a_run_whose_turn_another_has_taken_meanwhile_has_to_leave_it_that():
    others = replace(TURN, holder=B, run=B)

    decision = take(others, A2, run=A, now=NOW, holder_runs=True)

    assert isinstance(decision, Busy)
    assert decision.holder == B


@pytest.mark.parametrize(
    ("since", "is_busy"),
    [
        (timedelta(0), True),
        (KNOWN_AFTER - timedelta(milliseconds=1), True),
        (KNOWN_AFTER, False),
        (timedelta(days=400), False),
    ],
)
@pytest.mark.parametrize("run", [B, A])
def test_a_holder_that_nobody_knows_may_have_begun_a_moment_ago(since, is_busy, run):
    decision = take(replace(TURN, since=NOW - since), B, run=run, now=NOW, holder_runs=None)

    assert isinstance(decision, Busy) is is_busy


@pytest.mark.parametrize("runs", [False, None])
def test_every_turn_that_is_taken_is_a_version_more_than_the_one_before(runs):
    for run in (A, B):
        decision = take(TURN, B, run=run, now=NOW, holder_runs=runs)

        assert isinstance(decision, Turn)
        assert decision.version == TURN.version + 1
