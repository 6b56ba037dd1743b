"""When a state machine's executions are no longer run again, and what people are told then."""

from dataclasses import replace
from datetime import timedelta

import pytest

from stepkeeper.domain.breaker import (
    OUTAGE_LASTS,
    Outage,
    WatchedRun,
    goes_well,
    outage_of,
    still_to_wait_for,
    write_outage_alert,
)
from stepkeeper.domain.failure import FailureKey
from tests.unit.failed_runs import EXECUTION, NOW, OUTAGE, SECOND, STATE_MACHINE


def watched(
    *, failed: int = 0, running: int = 0, succeeded: int = 0, error: str = "Down"
) -> list[WatchedRun]:
    statuses = ["FAILED"] * failed + ["RUNNING"] * running + ["SUCCEEDED"] * succeeded
    return [
        WatchedRun(
            FailureKey(f"{number:016x}", 1),
            STATE_MACHINE,
            f"{EXECUTION}-{number}",
            status=status,
            error=error if status == "FAILED" else "",
        )
        for number, status in enumerate(statuses)
    ]


@pytest.mark.parametrize(
    ("failed", "of", "outage"),
    [
        (0, 0, False),
        (0, 10, False),
        (2, 10, False),
        (3, 10, True),
        (10, 10, True),
        (2, 2, False),
        (3, 3, True),
    ],
)
def test_more_than_a_fifth_of_the_first_ten_is_an_outage(failed, of, outage):
    """Two of ten may fail for reasons of their own."""
    found = outage_of(watched(failed=failed, running=of - failed), now=NOW)

    assert (found is not None) is outage


def test_an_outage_says_how_many_failed_and_with_which_error():
    runs = [*watched(failed=2, error="Down"), *watched(failed=1, error="Other"), *watched(running=7)]

    assert outage_of(runs, now=NOW) == Outage(
        STATE_MACHINE,
        NOW,
        "3 of the first 10 runs that were started again failed again, most of them with Down",
    )


def test_a_failure_without_an_error_name_is_told_as_that():
    found = outage_of(watched(failed=3, error=""), now=NOW)

    assert found is not None
    assert found.reason.endswith("most of them with no error name")


@pytest.mark.parametrize(
    ("failed", "running", "wait"),
    [
        (0, 0, False),
        (0, 2, False),
        (0, 3, True),
        (1, 1, False),
        (1, 2, True),
        (2, 0, False),
        (2, 1, True),
        (10, 0, False),
    ],
)
def test_the_first_runs_are_waited_for_as_long_as_they_can_show_an_outage(failed, running, wait):
    runs = watched(failed=failed, running=running, succeeded=10 - failed - running)

    assert still_to_wait_for(runs) is wait


@pytest.mark.parametrize(
    ("failed", "of", "well"),
    [(0, 1, True), (1, 1, False), (1, 4, False), (1, 5, True), (2, 10, True), (3, 10, False)],
)
def test_a_machine_is_trusted_once_no_more_than_a_fifth_of_its_first_runs_have_failed(failed, of, well):
    assert goes_well(watched(failed=failed, succeeded=of - failed)) is well


@pytest.mark.parametrize(("seconds", "on"), [(-1, True), (0, False)])
def test_an_outage_is_taken_for_over_after_half_an_hour(seconds, on):
    now = OUTAGE.since + timedelta(minutes=30) + seconds * SECOND

    assert OUTAGE.is_on(now) is on
    assert timedelta(minutes=30) == OUTAGE_LASTS


def test_people_are_told_what_fails_what_is_kept_and_what_to_do():
    outage = Outage(STATE_MACHINE, NOW, "3 of the first 10 runs failed again, most of them with Down")

    alert = write_outage_alert(outage, watched(succeeded=1) + watched(failed=3))

    assert alert.subject == "[Stepkeeper] nightly-orders runs are failing again"
    assert alert.attributes == {"pipeline": "nightly-orders", "verdict": "failing_again"}
    for said in (
        "3 of the first 10 runs failed again, most of them with Down.",
        STATE_MACHINE,
        "Nothing is lost",
        '{"action": "plan"}',
        "Until 2026-11-22 00:30:00 UTC",
        f"executions/details/{EXECUTION}-0",
    ):
        assert said in alert.body


@pytest.mark.parametrize("name", ["n" * 80, "夜間"])
def test_the_subject_of_the_alert_is_one_that_sns_takes(name):
    outage = replace(OUTAGE, state_machine_arn=STATE_MACHINE.replace("nightly-orders", name))

    subject = write_outage_alert(outage, watched(failed=3)).subject

    assert len(subject) < 100
    assert subject.isascii()
