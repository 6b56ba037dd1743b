"""Decides how an export stands, and what the manifest of its period says."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, assert_never

from stepkeeper.errors import ExportTaskFailed, ExportTaskNotCompleted, ExportTaskNotFound

TaskStatus = Literal["PENDING", "RUNNING", "COMPLETED", "FAILED", "CANCELLED", "PENDING_CANCEL"]

TASK_NAME_CHARACTERS = 512
"""The longest name of an export task (API reference, CreateExportTask)."""


@dataclass(frozen=True)
class ExportTask:
    """An export task, as DescribeExportTasks tells of it."""

    id: str
    name: str
    log_group: str
    status: TaskStatus
    message: str
    destination_prefix: str
    from_ms: int
    to_ms: int


@dataclass(frozen=True)
class Contents:
    """What an export wrote, without the permission check of CloudWatch Logs."""

    objects: int
    bytes: int


def task_name(*, log_group: str, period_id: str) -> str:
    """The same for every try at a period, so that a task whose answer was lost is found again."""
    return f"stepkeeper {period_id} {log_group}"[:TASK_NAME_CHARACTERS]


def own_task(tasks: list[ExportTask], *, log_group: str, name: str) -> ExportTask | None:
    """Our own among the active tasks."""
    return next((task for task in tasks if task.name == name and task.log_group == log_group), None)


def progress(task: ExportTask) -> Literal["running", "completed"]:
    """How the task stands. Raises ExportTaskFailed for a task that will never complete."""
    match task.status:
        case "PENDING" | "RUNNING" | "PENDING_CANCEL":
            return "running"
        case "COMPLETED":
            return "completed"
        case "FAILED" | "CANCELLED":
            raise ExportTaskFailed(
                f"Export task {task.id} ({task.name}) is {task.status}: {task.message or 'no reason given'}. "
                "Its period is not done; the next run of export_logs tries it again."
            )
    assert_never(task.status)


def manifest(
    task: ExportTask, contents: Contents, *, log_group: str, period_id: str, bucket: str, now: datetime
) -> str:
    """The manifest of the period that the task exported, as JSON.

    Raises ExportTaskNotFound for the task of another period, and ExportTaskNotCompleted where there is
    nothing to vouch for yet.
    """
    name = task_name(log_group=log_group, period_id=period_id)
    if own_task([task], log_group=log_group, name=name) is None:
        raise ExportTaskNotFound(
            f"Export task {task.id} is {task.name!r}, not {name!r}. Nothing was recorded."
        )
    if progress(task) != "completed":
        raise ExportTaskNotCompleted(
            f"Export task {task.id} is {task.status}; a period is recorded once its task is COMPLETED."
        )
    return json.dumps(
        {
            "version": 1,
            "period": period_id,
            "log_group": task.log_group,
            "from_ms": task.from_ms,
            "to_ms": task.to_ms,
            "task_id": task.id,
            "location": f"s3://{bucket}/{task.destination_prefix}/",
            "objects": contents.objects,
            "bytes": contents.bytes,
            "recorded_at": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        },
        indent=2,
    )
