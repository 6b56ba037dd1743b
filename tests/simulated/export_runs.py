"""How an export task goes, by the simulation's clock: it waits, runs, writes, and ends as a test said."""

from bisect import insort
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from local.export_rules import ACTIVE, ExportTask


class Course(NamedTuple):
    """How long a task takes, what becomes of it, and which share of its objects it writes.

    Without a `share`, one that is COMPLETED writes all of them, and any other nothing.
    """

    takes: timedelta
    outcome: str = "COMPLETED"
    message: str | None = None
    share: float | None = None

    @property
    def written(self) -> float:
        return float(self.outcome == "COMPLETED") if self.share is None else self.share


Chosen = timedelta | Callable[[ExportTask], Course | tuple[timedelta, str, str | None]]
"""How long all tasks take, or how each one goes."""


class Run:
    """One task, from when to when; it is PENDING for the first third of its time."""

    def __init__(self, task: ExportTask, place: int, began_at: datetime, course: Course) -> None:
        self.task = task
        self.place = place
        self.course = course
        self.runs_from = began_at + course.takes / 3
        self.ends_at = began_at + course.takes
        self.cancelled = False


class Runs:
    """All tasks that CloudWatch Logs knows, sorted in the order in which they were created."""

    def __init__(self) -> None:
        self._by_id: dict[str, Run] = {}
        self._by_status: dict[str, list[Run]] = defaultdict(list)
        self.all: list[ExportTask] = []

    def add(self, run: Run) -> None:
        self._by_id[run.task.task_id] = run
        self._by_status[run.task.status].append(run)
        self.all.append(run.task)

    def find(self, task_id: str | None) -> Run | None:
        return self._by_id.get(task_id or "")

    def of(self, *statuses: str) -> list[Run]:
        return [run for status in statuses for run in self._by_status[status]]

    def tasks(self, task_id: str | None, status: str | None) -> list[ExportTask]:
        """Those among which one of this id or status is, so that nobody looks through all of them."""
        if task_id is not None:
            found = self.find(task_id)
            return [found.task] if found else []
        return self.all if status is None else [run.task for run in self._by_status[status]]

    def set(self, run: Run, status: str) -> None:
        self._by_status[run.task.status].remove(run)
        run.task.status = status
        insort(self._by_status[status], run, key=lambda each: each.place)

    def forget(self, run: Run) -> None:
        self._by_status[run.task.status].remove(run)
        self.all.remove(run.task)
        del self._by_id[run.task.task_id]

    def due(self, now: datetime) -> Iterator[Run]:
        """Those that are over by now. Others begin to run meanwhile."""
        for run in self.of(*ACTIVE, "PENDING_CANCEL"):
            if run.cancelled or run.ends_at <= now:
                yield run
            elif run.runs_from <= now and run.task.status == "PENDING":
                self.set(run, "RUNNING")
