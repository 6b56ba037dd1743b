"""Step Functions: what ran, why it failed, and starting it again."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from botocore.exceptions import ClientError

from stepkeeper.domain.execution import Execution, Failure
from stepkeeper.errors import StateMachineNotFound, StateMachineNotWatchable

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient
    from mypy_boto3_stepfunctions.type_defs import ListExecutionsInputTypeDef

LARGEST_PAGE = 1_000
"""The most executions or state machines that one call lists (API reference)."""


def check_watchable(client: "SFNClient", state_machine_arn: str) -> None:
    """Raises StateMachineNotFound, or StateMachineNotWatchable for an EXPRESS machine."""
    try:
        described = client.describe_state_machine(
            stateMachineArn=state_machine_arn,
            includedData="METADATA_ONLY",  # the definition may be under a key that is not ours to use
        )
    except (client.exceptions.StateMachineDoesNotExist, client.exceptions.InvalidArn) as error:
        refuse_unknown(state_machine_arn, error)
    if described["type"] != "STANDARD":
        refuse_unlisted(state_machine_arn, described["type"])


def list_state_machines(client: "SFNClient") -> Iterator[tuple[str, str]]:
    """Name and ARN of every STANDARD state machine of the account and Region."""
    pages = client.get_paginator("list_state_machines").paginate(PaginationConfig={"PageSize": LARGEST_PAGE})
    for page in pages:
        for item in page["stateMachines"]:
            if item["type"] == "STANDARD":
                yield item["name"], item["stateMachineArn"]


class Page(NamedTuple):
    """Executions, newest first by `listed_at`, and the token of the next page, if there is one."""

    executions: list[Execution]
    next_token: str | None


def list_page(
    client: "SFNClient", state_machine_arn: str, *, page_size: int, next_token: str | None = None
) -> Page:
    """One page of executions, in one call; it may be short, or empty, and not the last."""
    wanted: ListExecutionsInputTypeDef = {"stateMachineArn": state_machine_arn, "maxResults": page_size}
    if next_token:
        wanted["nextToken"] = next_token
    page = client.list_executions(**wanted)
    executions = [
        Execution(
            arn=item["executionArn"],
            name=item["name"],
            status=item["status"],
            started_at=item["startDate"],
            stopped_at=item.get("stopDate"),
            redriven_at=item.get("redriveDate"),
            redrive_count=item.get("redriveCount", 0),
        )
        for item in page["executions"]
    ]
    return Page(executions, page.get("nextToken"))


def list_pages(client: "SFNClient", state_machine_arn: str, *, page_size: int) -> Iterator[list[Execution]]:
    """All executions, newest first by `listed_at`; a page is asked for only when it is needed."""
    token = None
    while True:
        page = list_page(client, state_machine_arn, page_size=page_size, next_token=token)
        yield page.executions
        token = page.next_token
        if token is None:
            return


def list_executions(client: "SFNClient", state_machine_arn: str) -> Iterator[Execution]:
    """All executions, newest first by `listed_at`; a page is asked for only when it is needed."""
    for page in list_pages(client, state_machine_arn, page_size=100):
        yield from page


def count_running(client: "SFNClient", state_machine_arn: str) -> int:
    """How many executions of a state machine run, or 1,000 where it is more; in one call."""
    return len(
        client.list_executions(
            stateMachineArn=state_machine_arn, statusFilter="RUNNING", maxResults=LARGEST_PAGE
        )["executions"]
    )


def describe_failure(client: "SFNClient", execution_arn: str) -> Failure:
    """The error and the cause that an execution ended with."""
    described = client.describe_execution(executionArn=execution_arn)
    return Failure(error=described.get("error"), cause=described.get("cause"))


def start_execution(client: "SFNClient", *, state_machine_arn: str, name: str, input: str) -> str:
    """Starts a run and gives its ARN. Raises botocore's ClientError as it comes."""
    return client.start_execution(stateMachineArn=state_machine_arn, name=name, input=input)["executionArn"]


def start_once(client: "SFNClient", *, state_machine_arn: str, name: str, input: str) -> str | None:
    """Starts a run and gives its ARN; None where a run of this name was started before."""
    try:
        return start_execution(client, state_machine_arn=state_machine_arn, name=name, input=input)
    except client.exceptions.ExecutionAlreadyExists:
        return None


def is_running(client: "SFNClient", execution_arn: str) -> bool | None:
    """Whether an execution still goes on. None where Step Functions does not know it (yet, or any more)."""
    try:
        status = client.describe_execution(executionArn=execution_arn)["status"]
    except client.exceptions.ExecutionDoesNotExist:
        return None
    return status in ("RUNNING", "PENDING_REDRIVE")


def describe_input(client: "SFNClient", execution_arn: str) -> str:
    """The input of an execution, as JSON text."""
    return client.describe_execution(executionArn=execution_arn)["input"]


def refuse_unknown(state_machine_arn: str, error: ClientError) -> NoReturn:
    """Raises StateMachineNotFound."""
    raise StateMachineNotFound(
        f"There is no state machine {state_machine_arn} in this account and Region."
    ) from error


def refuse_unlisted(state_machine_arn: str, type: str, error: ClientError | None = None) -> NoReturn:
    """Raises StateMachineNotWatchable."""
    raise StateMachineNotWatchable(
        f"{state_machine_arn} is {type}; only STANDARD machines keep a list of their runs."
    ) from error
