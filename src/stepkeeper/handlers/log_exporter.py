"""Exports a part of a period of a log group to S3: starts the task, tells how it goes, records what it wrote.

Called by export_logs, in that order.
"""

from typing import Any, Literal, Self

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, ConfigDict, Field, StrictInt, model_validator

from stepkeeper.aws import outages
from stepkeeper.domain.arn import EXECUTION_ARN
from stepkeeper.domain.export_layout import LOG_GROUP_NAME
from stepkeeper.domain.period import PERIOD_ID
from stepkeeper.errors import AwsUnavailable
from stepkeeper.exports.checking import check as check_part
from stepkeeper.exports.submitting import Place, read, submit
from stepkeeper.routing import Event, EventRouter
from stepkeeper.settings import Settings

router = EventRouter("log_exporter")
handler = router


class LogExporterSettings(Settings):
    state_table: str = Field(min_length=3)
    export_bucket: str = Field(min_length=3)

    @property
    def place(self) -> Place:
        return Place(self.state_table, self.export_bucket)


class ExportPeriod(BaseModel):
    """A part of a period as bucket_checker answers it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=PERIOD_ID)
    log_group: str = Field(pattern=LOG_GROUP_NAME)
    from_ms: StrictInt = Field(ge=0)
    to_ms: StrictInt
    edition: StrictInt = Field(default=1, ge=1)
    retention_days: StrictInt | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.to_ms <= self.from_ms:
            raise ValueError("to_ms must be after from_ms")
        return self


class StartExport(Event):
    """{"action": "start", "period": {"id", "log_group", "from_ms", "to_ms", "edition"}, "run": "<ARN>"}"""

    action: Literal["start"]
    period: ExportPeriod
    run: str | None = Field(default=None, pattern=EXECUTION_ARN)

    @property
    def correlation_id(self) -> str | None:
        return self.run


class CheckExport(Event):
    """{"action": "check", "period": {"id", "log_group", "from_ms", "to_ms", "edition"}, "run": "<ARN>"}"""

    action: Literal["check"]
    period: ExportPeriod
    run: str | None = Field(default=None, pattern=EXECUTION_ARN)

    @property
    def correlation_id(self) -> str | None:
        return self.run


@router.on(StartExport)
def start(event: StartExport, _context: LambdaContext) -> dict[str, Any]:
    """Starts the export of a part of a period, or finds the task of an earlier start whose answer was lost.

    The answer has no task id where CloudWatch Logs refused the export; the ledger says why.
    Raises LimitExceededException while an export of somebody else is active.
    """
    place, period = LogExporterSettings.read().place, event.period
    with outages.named(AwsUnavailable, f"The export of {period.log_group} {period.id}"):
        entry, at = read(place, period.log_group, period.id, period.edition, period.from_ms)
        task_id, reason = submit(place, entry, at, run=event.run, retention_days=period.retention_days)
    router.logger.info(reason, extra={"task_id": task_id, "log_group": period.log_group, "period": period.id})
    return {"task_id": task_id, "reason": reason}


@router.on(CheckExport)
def check(event: CheckExport, _context: LambdaContext) -> dict[str, Any]:
    """Tells whether the part is running, completed or failed; once completed, it is counted and recorded."""
    place, period = LogExporterSettings.read().place, event.period
    with outages.named(AwsUnavailable, f"The export of {period.log_group} {period.id}"):
        entry, at = read(place, period.log_group, period.id, period.edition, period.from_ms)
        answer = check_part(place, entry, at, run=event.run)
    router.logger.info(answer["reason"], extra={"log_group": period.log_group, "period": period.id})
    return answer
