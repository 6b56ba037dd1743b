"""A task with which CloudWatch Logs exports to S3, and how to know one's own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from stepkeeper.domain.ledger import Attempt

TaskStatus = Literal["PENDING", "RUNNING", "COMPLETED", "FAILED", "CANCELLED", "PENDING_CANCEL"]
ACTIVE = ("PENDING", "RUNNING", "PENDING_CANCEL")

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
    bucket: str
    prefix: str
    created_at: datetime
    ended_at: datetime | None


def token(began_at: datetime, tries: int) -> str:
    """`20261102T030000.000000Z-1`: of the first try, which began then, and of no other."""
    return f"{began_at.astimezone(UTC).strftime('%Y%m%dT%H%M%S.%fZ')}-{tries}"


def task_name(*, log_group: str, period: str, began_at: datetime, tries: int) -> str:
    """`stepkeeper 2026-10 20261102T030000.000000Z-1 /orders/nightly`"""
    return f"stepkeeper {period} {token(began_at, tries)} {log_group}"[:TASK_NAME_CHARACTERS]


def own_task(tasks: Iterable[ExportTask], attempt: Attempt, *, bucket: str) -> ExportTask | None:
    """The task of this try, whatever became of it; it may also be of another stack, but for its bucket."""
    wanted = (attempt.name, bucket, attempt.prefix)
    return next((task for task in tasks if (task.name, task.bucket, task.prefix) == wanted), None)


def who_has_the_slot(tasks: Iterable[ExportTask]) -> str:
    """The active task, for a message."""
    for task in tasks:
        if task.status in ACTIVE:
            since = f"{task.created_at:%Y-%m-%d %H:%M:%S %Z}"
            name = task.name or "without a name"
            return f"{task.id} ({name}) of {task.log_group}, {task.status} since {since}"
    return "one that CloudWatch Logs does not show"
