"""A failed execution, looked at closely. moto knows no redrives, and one history for all."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.stub import Stubber

from stepkeeper.aws import failed_runs
from stepkeeper.aws.clients import client
from stepkeeper.aws.failed_runs import EnteredState, Run
from tests.conftest import Aws
from tests.pipelines import make_pipeline, make_run
from tests.template import ACCOUNT, REGION

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
MACHINE = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:nightly-orders"
RUN = f"arn:aws:states:{REGION}:{ACCOUNT}:execution:nightly-orders:2026-11-21"
ASKED = {"executionArn": RUN, "reverseOrder": True, "maxResults": 1000, "includeExecutionData": False}


@pytest.fixture
def stub(aws: Aws) -> Iterator[Stubber]:  # noqa: ARG001 - the client that it answers for is made there
    with Stubber(client("stepfunctions")) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def event(type: str, **details: Any) -> dict[str, Any]:
    return {"timestamp": NOON, "type": type, "id": 1, **details}


def entered(type: str, name: str) -> dict[str, Any]:
    return event(f"{type}StateEntered", stateEnteredEventDetails={"name": name})


def test_a_failed_run_is_described_with_its_input_and_why_it_failed(aws: Aws) -> None:
    stopped = NOON + timedelta(minutes=5)
    arn = make_run(
        aws, make_pipeline(aws), "run", "FAILED", started=NOON, stopped=stopped, error="Down", cause="夜"
    )

    assert failed_runs.describe_run(client("stepfunctions"), arn, with_input=True) == Run(
        status="FAILED",
        started_at=NOON,
        stopped_at=stopped,
        redrive_count=0,
        redrivable=False,
        not_redrivable_because="",
        error="Down",
        cause="夜",
        input="{}",
    )


@pytest.mark.parametrize(
    ("status", "reason"), [("REDRIVABLE", ""), ("NOT_REDRIVABLE", "Execution redrivable period exceeded")]
)
def test_a_run_is_described_with_how_often_it_was_redriven_and_whether_it_may_be(
    stub: Stubber, status: str, reason: str
) -> None:
    described = {
        "executionArn": RUN,
        "stateMachineArn": MACHINE,
        "name": "2026-11-21",
        "status": "RUNNING",
        "startDate": NOON,
        "redriveCount": 2,
        "redriveStatus": status,
        **({"redriveStatusReason": reason} if reason else {}),
    }
    asked = {"executionArn": RUN, "includedData": "METADATA_ONLY"}
    stub.add_response("describe_execution", described, asked)

    run = failed_runs.describe_run(client("stepfunctions"), RUN)

    assert run is not None
    assert (run.redrive_count, run.redrivable) == (2, status == "REDRIVABLE")
    assert (run.not_redrivable_because, run.stopped_at, run.input) == (reason, None, None)


def test_of_a_run_that_step_functions_does_not_know_there_is_nothing_to_tell(aws: Aws) -> None:
    make_pipeline(aws)

    assert failed_runs.describe_run(client("stepfunctions"), RUN) is None
    assert failed_runs.last_state(client("stepfunctions"), RUN) is None


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([event("ExecutionFailed"), event("TaskFailed"), entered("Task", "Encode")], ("Encode", False)),
        (
            [event("ExecutionFailed"), entered("Fail", "Red"), entered("Task", "Encode")],
            ("Red", True),
        ),
        ([event("ExecutionTimedOut"), entered("Wait", "夜を待つ")], ("夜を待つ", False)),
        ([event("ExecutionAborted"), event("ParallelStateStarted"), entered("Parallel", "P")], ("P", False)),
    ],
)
def test_the_state_that_was_entered_last_is_found_from_the_end_of_the_history(
    stub: Stubber, events: list[dict[str, Any]], expected: tuple[str, bool]
) -> None:
    stub.add_response("get_execution_history", {"events": events, "nextToken": "more"}, ASKED)

    assert failed_runs.last_state(client("stepfunctions"), RUN) == EnteredState(*expected)


def test_a_history_whose_end_tells_of_no_state_is_not_guessed_at(stub: Stubber) -> None:
    stub.add_response("get_execution_history", {"events": [event("TaskFailed")] * 1000}, ASKED)

    assert failed_runs.last_state(client("stepfunctions"), RUN) is None
