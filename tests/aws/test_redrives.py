"""A failed execution is redriven, or why it can not be. moto knows no redrives and no revisions."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from stepkeeper.aws import failed_runs
from stepkeeper.aws.clients import client
from tests.conftest import Aws
from tests.pipelines import make_pipeline
from tests.template import ACCOUNT, REGION

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
MACHINE = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:nightly-orders"
RUN = f"arn:aws:states:{REGION}:{ACCOUNT}:execution:nightly-orders:2026-11-21"


@pytest.fixture
def stub(aws: Aws) -> Iterator[Stubber]:  # noqa: ARG001 - the client that it answers for is made there
    with Stubber(client("stepfunctions")) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def test_a_run_is_redriven_under_a_token(stub: Stubber) -> None:
    stub.add_response("redrive_execution", {"redriveDate": NOON}, {"executionArn": RUN, "clientToken": "x-0"})

    assert failed_runs.redrive(client("stepfunctions"), RUN, token="x-0") is True


def test_a_redrive_that_step_functions_refuses_is_told(stub: Stubber) -> None:
    stub.add_client_error("redrive_execution", "ExecutionNotRedrivable")

    assert failed_runs.redrive(client("stepfunctions"), RUN, token="x-0") is False


@pytest.mark.parametrize("code", ["ThrottlingException", "AccessDeniedException", "ExecutionDoesNotExist"])
def test_a_redrive_that_went_wrong_otherwise_is_no_refusal(stub: Stubber, code: str) -> None:
    stub.add_client_error("redrive_execution", code)

    with pytest.raises(ClientError, match=code):
        failed_runs.redrive(client("stepfunctions"), RUN, token="x-0")


def test_a_definition_that_was_never_changed_has_a_revision_without_a_name(aws: Aws) -> None:
    assert failed_runs.current_revision(client("stepfunctions"), make_pipeline(aws)) == ""


@pytest.mark.parametrize("code", ["StateMachineDoesNotExist", "InvalidArn"])
def test_a_state_machine_that_does_not_exist_has_no_revision(stub: Stubber, code: str) -> None:
    stub.add_client_error("describe_state_machine", code)

    assert failed_runs.current_revision(client("stepfunctions"), MACHINE) is None


def test_the_revision_that_a_run_goes_by_is_told_with_its_age_and_without_the_definition(
    stub: Stubber,
) -> None:
    described = {
        "stateMachineArn": MACHINE,
        "name": "nightly-orders",
        "definition": "{}",
        "roleArn": "arn:aws:iam::123456789012:role/runs",
        "updateDate": NOON,
        "revisionId": "0b6c1f6e-3f0e-4d7c-9b7e-1f2a3b4c5d6e",
    }
    asked = {"executionArn": RUN, "includedData": "METADATA_ONLY"}
    stub.add_response("describe_state_machine_for_execution", described, asked)

    revision = failed_runs.revision_of_run(client("stepfunctions"), RUN)

    assert revision == ("0b6c1f6e-3f0e-4d7c-9b7e-1f2a3b4c5d6e", NOON)


def test_a_run_that_is_forgotten_has_no_revision(stub: Stubber) -> None:
    stub.add_client_error("describe_state_machine_for_execution", "ExecutionDoesNotExist")

    assert failed_runs.revision_of_run(client("stepfunctions"), RUN) is None
