"""What ran, why it failed, and starting it again."""

from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from stepkeeper.aws import step_functions
from stepkeeper.aws.clients import client
from stepkeeper.domain.execution import Failure
from stepkeeper.errors import StateMachineNotFound, StateMachineNotWatchable
from tests.conftest import Aws
from tests.pipelines import make_pipeline, make_run
from tests.template import ACCOUNT, REGION

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_a_standard_state_machine_can_be_watched(aws: Aws) -> None:
    step_functions.check_watchable(client("stepfunctions"), make_pipeline(aws))


def test_an_express_state_machine_can_not_be_watched_and_is_told_so_by_name(aws: Aws) -> None:
    arn = make_pipeline(aws, type="EXPRESS")

    with pytest.raises(StateMachineNotWatchable, match=rf"{arn} is EXPRESS"):
        step_functions.check_watchable(client("stepfunctions"), arn)


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(
    "arn",
    [
        f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:nobody",
        f"arn:aws:states:us-east-1:{ACCOUNT}:stateMachine:nobody",
        "arn:aws:states:x:y:stateMachine:夜",
    ],
)
def test_a_state_machine_that_does_not_exist_is_named(arn: str) -> None:
    with pytest.raises(StateMachineNotFound, match=arn):
        step_functions.check_watchable(client("stepfunctions"), arn)


@pytest.mark.usefixtures("aws")
def test_an_arn_that_step_functions_refuses_is_named() -> None:
    with Stubber(client("stepfunctions")) as stubber:
        stubber.add_client_error("describe_state_machine", "InvalidArn")

        with pytest.raises(StateMachineNotFound, match="arn:odd"):
            step_functions.check_watchable(client("stepfunctions"), "arn:odd")


@pytest.mark.parametrize(("error", "cause"), [("Down", "It is down."), (None, None)])
def test_the_failure_of_a_run_is_its_error_and_its_cause_as_far_as_there_are_any(
    aws: Aws, error: str | None, cause: str | None
) -> None:
    arn = make_pipeline(aws)
    run = make_run(aws, arn, "run", "FAILED", started=NOON, stopped=NOON, error=error, cause=cause)

    assert step_functions.describe_failure(client("stepfunctions"), run) == Failure(error, cause)


def test_a_run_is_started_under_its_name_with_its_input_and_a_second_time_is_refused(aws: Aws) -> None:
    arn = make_pipeline(aws)
    text = '{"key": "夜"}'

    run = step_functions.start_execution(
        client("stepfunctions"), state_machine_arn=arn, name="r1-night", input=text
    )
    aws.client("stepfunctions").stop_execution(executionArn=run)

    told = aws.client("stepfunctions").describe_execution(executionArn=run)
    assert (told["name"], told["input"]) == ("r1-night", text)
    with pytest.raises(ClientError, match="ExecutionAlreadyExists"):
        step_functions.start_execution(
            client("stepfunctions"), state_machine_arn=arn, name="r1-night", input=text
        )


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("RUNNING", True),
        ("PENDING_REDRIVE", True),
        ("SUCCEEDED", False),
        ("FAILED", False),
        ("TIMED_OUT", False),
        ("ABORTED", False),
    ],
)
def test_a_run_is_running_until_it_has_ended_in_whatever_way(aws: Aws, status: str, expected: bool) -> None:
    run = make_run(aws, make_pipeline(aws), "run", status, started=NOON)

    assert step_functions.is_running(client("stepfunctions"), run) is expected


@pytest.mark.parametrize("name", ["gone", "夜"])
def test_a_run_that_step_functions_has_forgotten_is_not_running(aws: Aws, name: str) -> None:
    arn = make_pipeline(aws).replace(":stateMachine:", ":execution:")

    assert step_functions.is_running(client("stepfunctions"), f"{arn}:{name}") is None


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("code", ["AccessDeniedException", "ThrottlingException", "InvalidArn"])
def test_a_run_of_which_nothing_can_be_learned_is_not_taken_for_one_that_ended(code: str) -> None:
    with Stubber(client("stepfunctions")) as stubber:
        stubber.add_client_error("describe_execution", code)

        with pytest.raises(ClientError, match=code):
            step_functions.is_running(client("stepfunctions"), "arn:run")


def test_the_input_of_a_run_is_told_as_it_was_given(aws: Aws) -> None:
    text = '{"load":  "夜", "number": 1.0}'
    run = aws.client("stepfunctions").start_execution(stateMachineArn=make_pipeline(aws), input=text)

    assert step_functions.describe_input(client("stepfunctions"), run["executionArn"]) == text


def test_the_input_of_a_run_that_step_functions_has_forgotten_can_not_be_told(aws: Aws) -> None:
    arn = make_pipeline(aws).replace(":stateMachine:", ":execution:")

    with pytest.raises(ClientError, match="ExecutionDoesNotExist"):
        step_functions.describe_input(client("stepfunctions"), f"{arn}:gone")
