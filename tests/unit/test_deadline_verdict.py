"""The verdict on the runs for a start, as of its deadline."""

from datetime import timedelta

import pytest

from stepkeeper.domain.deadline_verdict import judge_remembered, judge_start
from stepkeeper.domain.execution import Execution, ExecutionStatus
from tests.unit.watched_pipelines import DUE, HOUR, MINUTE, START, deadline, run

A_MOMENT = timedelta(milliseconds=1)


def verdict(*runs: Execution) -> tuple[str, str | None, bool]:
    judged = judge_start(deadline(), runs, now=DUE + MINUTE)
    return judged.judgement.verdict, judged.run.name if judged.run else None, judged.is_over


@pytest.mark.parametrize(
    ("stopped", "expected"),
    [(DUE, ("succeeded", "run", True)), (DUE + A_MOMENT, ("late", "run", True))],
    ids=["at the very deadline", "just after it"],
)
def test_a_success_is_in_time_up_to_the_deadline_itself(
    stopped: object, expected: tuple[str, str, bool]
) -> None:
    assert verdict(run(stopped=stopped)) == expected  # type: ignore[arg-type]


def test_a_success_that_came_too_late_is_told_with_how_much_too_late() -> None:
    judged = judge_start(deadline(), [run(stopped=DUE + 95 * MINUTE)], now=DUE + 2 * HOUR)

    assert judged.judgement.reason == (
        "the run that was started at 2026-11-21 18:00:00 UTC succeeded, but 1h 35m too late, "
        "at 2026-11-21 21:35:00 UTC"
    )


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("RUNNING", "late"),
        ("PENDING_REDRIVE", "late"),
        ("FAILED", "failed"),
        ("TIMED_OUT", "timed_out"),
        ("ABORTED", "aborted"),
    ],
)
def test_a_run_that_has_not_succeeded_is_judged_by_how_it_is(status: ExecutionStatus, expected: str) -> None:
    assert verdict(run("run", status)) == (expected, "run", False)


def test_no_run_at_all_is_missing() -> None:
    assert verdict() == ("missing", None, False)


def test_one_success_in_time_is_enough_whatever_others_came_to() -> None:
    again = run("again", "FAILED", started=START + 80 * MINUTE)
    going_on = run("going-on", "RUNNING", started=START + 90 * MINUTE)

    assert verdict(going_on, again, run("good")) == ("succeeded", "good", True)


def test_of_several_that_failed_the_latest_tells() -> None:
    first, second = run("first", "TIMED_OUT"), run("second", "FAILED", started=START + MINUTE)

    assert verdict(first, second) == ("failed", "second", False)


def test_as_long_as_one_goes_on_it_is_late_and_not_failed() -> None:
    going_on, failed = run("going-on", "RUNNING"), run("failed", "FAILED", started=START + MINUTE)

    assert verdict(failed, going_on) == ("late", "going-on", False)


def test_of_two_that_were_too_late_the_first_to_succeed_is_told() -> None:
    early, later = run("early", stopped=DUE + HOUR), run("later", stopped=DUE + 2 * HOUR)

    assert verdict(later, early) == ("late", "early", True)


def test_a_remembered_success_is_enough_where_it_was_in_time() -> None:
    judged = judge_remembered(deadline(), DUE)

    assert judged
    assert judged.is_good
    assert judge_remembered(deadline(), DUE + A_MOMENT) is None
