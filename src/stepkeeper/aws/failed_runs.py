"""Step Functions: one failed execution, looked at closely, and redriven."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from stepkeeper.domain.execution import ExecutionStatus

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

LAST_EVENTS = 1_000
"""As many as one call gives (API reference): a task adds events with each retry after it was entered."""


FIRST_REVISION = ""
"""Step Functions gives no revision to a state machine that was never updated (API reference)."""


@dataclass(frozen=True)
class Run:
    """An execution as DescribeExecution tells of it. `redrivable`: Step Functions would redrive it now."""

    status: ExecutionStatus
    started_at: datetime
    stopped_at: datetime | None
    redrive_count: int
    redrivable: bool
    not_redrivable_because: str
    error: str | None
    cause: str | None
    input: str | None


@dataclass(frozen=True)
class EnteredState:
    """The state that an execution was in last. A Fail state fails again when it is redriven."""

    name: str
    is_fail: bool


def describe_run(client: "SFNClient", execution_arn: str, *, with_input: bool = False) -> Run | None:
    """An execution; None where Step Functions does not know it (yet, or any more).

    Its input may be under a key that is not ours to use, so it is asked for only where it is needed.
    """
    included: Literal["ALL_DATA", "METADATA_ONLY"] = "ALL_DATA" if with_input else "METADATA_ONLY"
    try:
        described = client.describe_execution(executionArn=execution_arn, includedData=included)
    except client.exceptions.ExecutionDoesNotExist:
        return None
    return Run(
        status=described["status"],
        started_at=described["startDate"],
        stopped_at=described.get("stopDate"),
        redrive_count=described.get("redriveCount", 0),
        redrivable=described.get("redriveStatus") == "REDRIVABLE",
        not_redrivable_because=described.get("redriveStatusReason", ""),
        error=described.get("error"),
        cause=described.get("cause"),
        input=described.get("input"),
    )


def last_state(client: "SFNClient", execution_arn: str) -> EnteredState | None:
    """The state that was entered last; None where the end of the history does not tell."""
    try:
        history = client.get_execution_history(
            executionArn=execution_arn, reverseOrder=True, maxResults=LAST_EVENTS, includeExecutionData=False
        )
    except client.exceptions.ExecutionDoesNotExist:
        return None
    for event in history["events"]:
        entered = event.get("stateEnteredEventDetails")
        if entered:
            return EnteredState(entered["name"], is_fail=event["type"] == "FailStateEntered")
    return None


def redrive(client: "SFNClient", execution_arn: str, *, token: str) -> bool:
    """Lets a failed execution go on; False where Step Functions refuses to. The same token redrives once."""
    try:
        client.redrive_execution(executionArn=execution_arn, clientToken=token)
    except client.exceptions.ExecutionNotRedrivable:
        return False
    return True


def current_revision(client: "SFNClient", state_machine_arn: str) -> str | None:
    """The revision of a state machine's definition, empty for the first; None: there is no such machine."""
    try:
        described = client.describe_state_machine(
            stateMachineArn=state_machine_arn, includedData="METADATA_ONLY"
        )
    except (client.exceptions.StateMachineDoesNotExist, client.exceptions.InvalidArn):
        return None
    return described.get("revisionId") or FIRST_REVISION


def revision_of_run(client: "SFNClient", execution_arn: str) -> tuple[str, datetime] | None:
    """The revision that an execution runs by, and since when there is that revision."""
    try:
        described = client.describe_state_machine_for_execution(
            executionArn=execution_arn, includedData="METADATA_ONLY"
        )
    except client.exceptions.ExecutionDoesNotExist:
        return None
    return described.get("revisionId") or FIRST_REVISION, described["updateDate"]
