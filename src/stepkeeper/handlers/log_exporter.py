"""Exports one period of a log group to S3: starts the task, tells how it goes, records that it is done.

Called by export_logs, in that order.
"""

from typing import Any, Literal, Self

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, ConfigDict, Field, StrictInt, model_validator

from stepkeeper import clock
from stepkeeper.aws import logs, s3
from stepkeeper.aws.clients import client
from stepkeeper.domain.export_layout import EXPORT_PREFIX, LOG_GROUP_NAME, data_prefix, manifest_key
from stepkeeper.domain.log_exporter import manifest, own_task, progress, task_name
from stepkeeper.routing import Event, EventRouter
from stepkeeper.settings import Settings

router = EventRouter("log_exporter")
handler = router


class LogExporterSettings(Settings):
    export_bucket: str = Field(min_length=3)
    export_prefix: str = Field(pattern=EXPORT_PREFIX)


class ExportPeriod(BaseModel):
    """A period as bucket_checker answers it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^\d{4}-\d{2}$")
    log_group: str = Field(pattern=LOG_GROUP_NAME)
    from_ms: StrictInt = Field(ge=0)
    to_ms: StrictInt

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.to_ms <= self.from_ms:
            raise ValueError("to_ms must be after from_ms")
        return self


class StartExport(Event):
    """{"action": "start", "period": {"id", "log_group", "from_ms", "to_ms"}}"""

    action: Literal["start"]
    period: ExportPeriod


class CheckExport(Event):
    """{"action": "check", "task_id"}"""

    action: Literal["check"]
    task_id: str = Field(min_length=1, max_length=512)


class RecordExport(Event):
    """{"action": "record", "period": {"id", "log_group", "from_ms", "to_ms"}, "task_id"}"""

    action: Literal["record"]
    period: ExportPeriod
    task_id: str = Field(min_length=1, max_length=512)


@router.on(StartExport)
def start(event: StartExport, _context: LambdaContext) -> dict[str, Any]:
    """Starts the export of a period, or finds the task of an earlier start whose answer was lost.

    Raises LimitExceededException while an export of somebody else is active.
    """
    settings = LogExporterSettings.read()
    period = event.period
    log_client = client("logs")
    name = task_name(log_group=period.log_group, period_id=period.id)
    own = own_task(logs.active_export_tasks(log_client), log_group=period.log_group, name=name)
    if own:
        router.logger.info("found the task that was started before", extra={"task_id": own.id})
        return {"task_id": own.id}
    prefix = data_prefix(
        settings.export_prefix, log_group=period.log_group, period_id=period.id, started_at=clock.now()
    )
    task_id = logs.create_export_task(
        log_client,
        name=name,
        log_group=period.log_group,
        from_ms=period.from_ms,
        to_ms=period.to_ms,
        bucket=settings.export_bucket,
        destination_prefix=prefix,
    )
    return {"task_id": task_id}


@router.on(CheckExport)
def check(event: CheckExport, _context: LambdaContext) -> dict[str, Any]:
    """Tells whether the task is running or completed; raises ExportTaskFailed when it never will be."""
    return {"progress": progress(logs.describe_export_task(client("logs"), event.task_id))}


@router.on(RecordExport)
def record(event: RecordExport, _context: LambdaContext) -> dict[str, Any]:
    """Counts what the completed task wrote and puts the manifest beside it: only now the period is done."""
    settings = LogExporterSettings.read()
    task = logs.describe_export_task(client("logs"), event.task_id)
    bucket = client("s3")
    contents = s3.exported(bucket, settings.export_bucket, task.destination_prefix)
    document = manifest(
        task,
        contents,
        log_group=event.period.log_group,
        period_id=event.period.id,
        bucket=settings.export_bucket,
        now=clock.now(),
    )
    key = manifest_key(settings.export_prefix, log_group=event.period.log_group, period_id=event.period.id)
    s3.put_json(bucket, settings.export_bucket, key, document)
    return {"manifest": key, "objects": contents.objects, "bytes": contents.bytes}
