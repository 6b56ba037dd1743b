"""How an export task stands, and what it wrote."""

from dataclasses import dataclass
from datetime import timedelta
from typing import assert_never

from stepkeeper.domain.export_task import ExportTask


@dataclass(frozen=True)
class Contents:
    """What an export wrote, without the permission check of CloudWatch Logs."""

    objects: int
    bytes: int


@dataclass(frozen=True)
class Running:
    """The task has not ended."""

    reason: str


@dataclass(frozen=True)
class Complete:
    """The task has written all that it was to write."""


@dataclass(frozen=True)
class Broken:
    """The task never will be complete."""

    took: timedelta
    reason: str

    @classmethod
    def at_once(cls, reason: str) -> "Broken":
        """Nobody knows how long it took."""
        return cls(timedelta(0), reason)


def judge(task: ExportTask) -> Running | Complete | Broken:
    """How a task stands."""
    match task.status:
        case "PENDING" | "RUNNING" | "PENDING_CANCEL":
            return Running(f"{task.id} is {task.status}")
        case "COMPLETED":
            return Complete()
        case "FAILED" | "CANCELLED":
            took = (task.ended_at or task.created_at) - task.created_at
            return Broken(took, f"{task.id} is {task.status}: {task.message or 'no reason given'}")
    assert_never(task.status)
