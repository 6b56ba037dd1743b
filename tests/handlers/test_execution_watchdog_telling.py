"""Every missed deadline is told, and the same incident once."""

from datetime import timedelta

import pytest
from botocore.exceptions import ConnectionClosedError

from stepkeeper.domain.execution_watchdog import TOLD_ONCE_FOR
from tests.handlers.watched import Watched
from tests.pipelines import ended
from tests.wire import BREAKS, Break, Crash

CALLS = [
    "stepfunctions:DescribeStateMachine",
    "stepfunctions:ListExecutions",
    "dynamodb:GetItem",
    "stepfunctions:DescribeExecution",
    "sns:Publish",
    "dynamodb:PutItem",
]
PUBLISH = CALLS.index("sns:Publish")
A_SECOND = timedelta(seconds=1)


def test_the_same_incident_is_told_once_while_it_is_fresh(watched: Watched) -> None:
    watched.ran("FAILED", started=-30, stopped=-10)
    watched.check()
    watched.let_time_pass(TOLD_ONCE_FOR - timedelta(minutes=1))

    again = watched.check()

    assert (again["verdict"], again["alerted"]) == ("failed", False)
    assert len(watched.alerts()) == 1


def test_the_same_incident_is_told_again_when_a_later_check_still_finds_it(watched: Watched) -> None:
    watched.ran("FAILED", started=-30, stopped=-10)
    watched.check()
    watched.let_time_pass(TOLD_ONCE_FOR)

    watched.check()

    assert len(watched.alerts()) == 2


def test_the_next_run_that_fails_is_another_incident(watched: Watched) -> None:
    watched.ran("FAILED", started=-30, stopped=-20, name="first")
    watched.check()
    watched.ran("FAILED", started=-15, stopped=-10, name="second")

    watched.check()

    assert ["second" in alert["Message"] for alert in watched.alerts()] == [False, True]


def test_a_run_that_was_redriven_and_has_failed_again_is_another_incident(watched: Watched) -> None:
    run = watched.ran("FAILED", started=-30, stopped=-20)
    watched.check()
    ended(run, watched.at(-5))

    watched.check()

    assert len(watched.alerts()) == 2


def test_a_run_that_was_late_and_has_failed_now_is_another_incident(watched: Watched) -> None:
    watched.ran("RUNNING", started=-30, name="slow")
    watched.check()
    watched.ran("FAILED", started=-29, stopped=-1, name="slow-again")

    watched.check()

    verdicts = [alert["MessageAttributes"]["verdict"]["Value"] for alert in watched.alerts()]
    assert verdicts == ["late", "failed"]


def test_two_deadlines_of_a_pipeline_are_two_incidents(watched: Watched) -> None:
    watched.check(within="PT1H")

    watched.check(within="PT2H")

    assert len(watched.alerts()) == 2


def test_two_pipelines_that_are_missing_are_two_incidents(watched: Watched) -> None:
    watched.check()
    watched.pipeline = watched.pipeline.replace("nightly-orders", "nightly-bills")
    watched.stack.aws.client("stepfunctions").create_state_machine(
        name="nightly-bills", definition="{}", roleArn="arn:aws:iam::123456789012:role/r"
    )

    watched.check()

    assert len(watched.alerts()) == 2


def test_the_calls_that_are_broken_off_are_all_that_there_are(watched: Watched) -> None:
    watched.ran("FAILED", started=-30, stopped=-10)

    watched.check()

    assert watched.stack.aws.wire.calls == CALLS


@pytest.mark.parametrize("how", BREAKS)
@pytest.mark.parametrize("call", range(len(CALLS)))
def test_a_check_that_broke_off_and_came_again_has_told_of_the_incident(
    watched: Watched, call: int, how: Break
) -> None:
    watched.ran("FAILED", started=-30, stopped=-10)

    with watched.stack.aws.wire.breaking(call, how), pytest.raises((Crash, ConnectionClosedError)):
        watched.check()
    watched.check()
    watched.check()

    had_been_sent = call == PUBLISH and how != "crash before"
    was_not_remembered = call == PUBLISH + 1 and how == "crash before"
    assert len(watched.alerts()) == (2 if had_been_sent or was_not_remembered else 1)


def test_of_a_long_list_of_runs_no_more_is_read_than_is_needed(watched: Watched) -> None:
    for number in range(205):
        watched.ran("SUCCEEDED", started=-number - 2, stopped=-number - 1, name=f"r{number}")

    watched.check()
    watched.check(within="PT1H")

    assert watched.stack.aws.wire.calls.count("stepfunctions:ListExecutions") == 2
