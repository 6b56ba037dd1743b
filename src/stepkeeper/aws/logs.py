"""CloudWatch Logs: log groups and export tasks."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from stepkeeper.domain.log_exporter import ExportTask
from stepkeeper.errors import ExportTaskNotFound, LogGroupNotFound

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_logs.literals import ExportTaskStatusCodeType
    from mypy_boto3_logs.type_defs import ExportTaskTypeDef

ACTIVE: tuple["ExportTaskStatusCodeType", ...] = ("PENDING", "RUNNING")


def log_group_created_at(client: "CloudWatchLogsClient", log_group: str) -> datetime:
    """When the log group was created. Raises LogGroupNotFound."""
    for page in client.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=log_group):
        for item in page["logGroups"]:
            if item["logGroupName"] == log_group:
                return datetime.fromtimestamp(item["creationTime"] / 1000, UTC)
    raise LogGroupNotFound(f"There is no log group {log_group} in this account and Region.")


def create_export_task(
    client: "CloudWatchLogsClient",
    *,
    name: str,
    log_group: str,
    from_ms: int,
    to_ms: int,
    bucket: str,
    destination_prefix: str,
) -> str:
    """Starts an export and gives its task id.

    Raises LimitExceededException while another export is active: CloudWatch Logs runs one at a time in
    an account and Region (API reference, CreateExportTask).
    """
    return client.create_export_task(
        taskName=name,
        logGroupName=log_group,
        fromTime=from_ms,
        to=to_ms,
        destination=bucket,
        destinationPrefix=destination_prefix,
    )["taskId"]


def active_export_tasks(client: "CloudWatchLogsClient") -> list[ExportTask]:
    """The tasks that are waiting or running, whoever started them."""
    return [
        _task(item)
        for status in ACTIVE
        for page in client.get_paginator("describe_export_tasks").paginate(statusCode=status)
        for item in page["exportTasks"]
    ]


def describe_export_task(client: "CloudWatchLogsClient", task_id: str) -> ExportTask:
    """One task. Raises ExportTaskNotFound."""
    try:
        found = client.describe_export_tasks(taskId=task_id)["exportTasks"]
    except client.exceptions.ResourceNotFoundException:
        found = []
    if not found:
        raise ExportTaskNotFound(f"CloudWatch Logs does not know the export task {task_id}.")
    return _task(found[0])


def _task(item: "ExportTaskTypeDef") -> ExportTask:
    return ExportTask(
        id=item["taskId"],
        name=item.get("taskName", ""),
        log_group=item["logGroupName"],
        status=item["status"]["code"],
        message=item["status"].get("message", ""),
        destination_prefix=item.get("destinationPrefix", ""),
        from_ms=item["from"],
        to_ms=item["to"],
    )
