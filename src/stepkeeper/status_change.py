"""The event that EventBridge sends when an execution has begun or ended."""

from datetime import UTC, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from stepkeeper.domain.arn import EXECUTION_ARN
from stepkeeper.domain.standing import EndedRun
from stepkeeper.routing import Event


class StatusChangeDetail(BaseModel):
    """What is known of the execution. `input` is missing where it is longer than 248 KiB."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    executionArn: str = Field(pattern=EXECUTION_ARN)
    stateMachineArn: str
    name: str
    status: Literal["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"]
    startDate: int
    stopDate: int | None = None
    input: str | None = None
    error: str | None = None
    cause: str | None = None
    redriveCount: int | None = None
    redriveStatus: str | None = None

    @property
    def started_at(self) -> datetime:
        return datetime.fromtimestamp(self.startDate / 1000, UTC)

    @property
    def stopped_at(self) -> datetime | None:
        return datetime.fromtimestamp(self.stopDate / 1000, UTC) if self.stopDate is not None else None


def ended_run_of(detail: StatusChangeDetail) -> EndedRun | None:
    """The run that the event tells the end of; None where it tells of a beginning."""
    if detail.status in ("RUNNING", "PENDING_REDRIVE") or detail.stopped_at is None:
        return None
    return EndedRun(
        arn=detail.executionArn,
        status=detail.status,
        started_at=detail.started_at,
        stopped_at=detail.stopped_at,
        redrive_count=detail.redriveCount or 0,
    )


class ExecutionStatusChange(Event):
    """{"source": "aws.states", "detail-type": "Step Functions Execution Status Change", "detail": {…}}"""

    # AWS adds fields to its events as it likes.
    model_config = ConfigDict(frozen=True, extra="ignore")

    source: Literal["aws.states"]
    detail_type: Literal["Step Functions Execution Status Change"] = Field(alias="detail-type")
    detail: StatusChangeDetail

    @property
    def correlation_id(self) -> str:
        return self.detail.executionArn
