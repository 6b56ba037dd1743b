"""CloudWatch Logs: log groups and export tasks."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from stepkeeper.domain.export_task import ExportTask
from stepkeeper.domain.ledger import Attempt
from stepkeeper.domain.log_group import LogGroup
from stepkeeper.errors import ExportTaskNotFound

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_logs.type_defs import ExportTaskTypeDef, LogGroupTypeDef


UNKNOWN = datetime.fromtimestamp(0, UTC)


def log_groups(client: "CloudWatchLogsClient") -> list[LogGroup]:
    """All log groups of the account and Region, 50 a call."""
    pages = client.get_paginator("describe_log_groups").paginate()
    return [_log_group(item) for page in pages for item in page["logGroups"]]


def log_group(client: "CloudWatchLogsClient", name: str) -> LogGroup | None:
    """The log group of this name; it is the first of those whose names begin so."""
    found = client.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    return next((_log_group(item) for item in found if item["logGroupName"] == name), None)


def set_retention(client: "CloudWatchLogsClient", log_group: str, *, days: int) -> None:
    """Has CloudWatch Logs delete what is older."""
    client.put_retention_policy(logGroupName=log_group, retentionInDays=days)


def create_export_task(
    client: "CloudWatchLogsClient", *, log_group: str, from_ms: int, to_ms: int, bucket: str, attempt: Attempt
) -> str:
    """Starts an export of the time from `from_ms` up to and without `to_ms`, and gives its task id.

    CloudWatch Logs itself exports the events of both ends (API reference, CreateExportTask: those "earlier
    than" `from` and "later than" `to` are left out). It takes no token that would make a call repeatable:
    `client` must not try again by itself. Raises botocore's ClientError as it comes.
    """
    return client.create_export_task(
        taskName=attempt.name,
        logGroupName=log_group,
        fromTime=from_ms,
        to=to_ms - 1,
        destination=bucket,
        destinationPrefix=attempt.prefix,
    )["taskId"]


def export_tasks(client: "CloudWatchLogsClient", *, since: datetime | None = None) -> Iterator[ExportTask]:
    """The tasks that were created since then, newest first, of anybody, whatever became of them."""
    for page in client.get_paginator("describe_export_tasks").paginate():
        for item in page["exportTasks"]:
            task = _task(item)
            # A task may have no time yet, and is then among the newest.
            if since and UNKNOWN < task.created_at < since:
                return
            yield task


def describe_export_task(client: "CloudWatchLogsClient", task_id: str) -> ExportTask:
    """One task. Raises ExportTaskNotFound."""
    try:
        found = client.describe_export_tasks(taskId=task_id)["exportTasks"]
    except client.exceptions.ResourceNotFoundException:
        found = []
    if not found:
        raise ExportTaskNotFound(f"CloudWatch Logs does not know the export task {task_id}.")
    return _task(found[0])


def _log_group(item: "LogGroupTypeDef") -> LogGroup:
    return LogGroup(
        name=item["logGroupName"],
        created_at=_moment(item["creationTime"]),
        retention_days=item.get("retentionInDays"),
        stored_bytes=item.get("storedBytes", 0),
    )


def _task(item: "ExportTaskTypeDef") -> ExportTask:
    execution = item.get("executionInfo", {})
    ended_ms = execution.get("completionTime")
    return ExportTask(
        id=item["taskId"],
        name=item.get("taskName", ""),
        log_group=item["logGroupName"],
        status=item["status"]["code"],
        message=item["status"].get("message", ""),
        bucket=item.get("destination", ""),
        prefix=item.get("destinationPrefix", ""),
        created_at=_moment(execution.get("creationTime", 0)),
        ended_at=_moment(ended_ms) if ended_ms else None,
    )


def _moment(unix_ms: int) -> datetime:
    return datetime.fromtimestamp(unix_ms / 1000, UTC)
