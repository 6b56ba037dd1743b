"""CloudWatch Logs: log groups and export tasks, by the rules of local.export_rules."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from local.export_rules import (
    TEST_CONTENT,
    TEST_OBJECT,
    Refused,
    check_cancellable,
    check_log_group,
    check_none_active,
    exported_objects,
    no_bucket,
    page,
    requested_task,
)
from tests.simulated.clock import Clock
from tests.simulated.export_runs import Chosen, Course, Run, Runs
from tests.simulated.log_group_lists import LogGroups
from tests.simulated.refusal import Refusal, only
from tests.simulated.s3 import S3


class Logs(LogGroups):
    """What the tests say of tasks:

    `tasks_take` is how long all of them take, or for each task its Course (or a tuple of what that has);
    `tasks` are all of them, oldest first; `forget(task_id)` lets CloudWatch Logs know no more of one.
    """

    def __init__(self, clock: Clock, s3: S3) -> None:
        super().__init__(clock)
        self.tasks_take: Chosen = timedelta(minutes=3)
        self._s3 = s3
        self._runs = Runs()
        self._created = 0
        s3.catch_up = self.catch_up

    @property
    def tasks(self) -> list[Any]:
        self.catch_up()
        return list(self._runs.all)

    def forget(self, task_id: str) -> None:
        self.catch_up()
        run = self._runs.find(task_id)
        assert run is not None, f"there is no task {task_id}"
        self._runs.forget(run)

    def start(self, group: str, first_ms: int, last_ms: int, *, prefix: str = "of-somebody-else") -> str:
        """Somebody else exports something, past the wire; gives the task's id."""
        sent = {
            "logGroupName": group,
            "from": first_ms,
            "to": last_ms,
            "destination": self._s3.bucket,
            "destinationPrefix": prefix,
        }
        return str(self.create_export_task(sent)["taskId"])

    def create_export_task(self, sent: dict[str, Any]) -> dict[str, Any]:
        only(
            sent, "taskName", "logGroupName", "logStreamNamePrefix", "from", "to", "destination",
            "destinationPrefix",
        )  # fmt: skip
        self.catch_up()
        return _asked(self._create, sent)

    def describe_export_tasks(self, sent: dict[str, Any]) -> dict[str, Any]:
        only(sent, "taskId", "statusCode", "limit", "nextToken")
        self.catch_up()
        tasks = self._runs.tasks(sent.get("taskId"), sent.get("statusCode"))
        return _asked(lambda request: page(tasks, request), sent)

    def cancel_export_task(self, sent: dict[str, Any]) -> dict[str, Any]:
        only(sent, "taskId")
        self.catch_up()
        run = self._runs.find(sent["taskId"])
        _asked(lambda _: check_cancellable(run.task if run else None) or {}, sent)
        assert run is not None
        run.cancelled = True
        self._runs.set(run, "PENDING_CANCEL")
        return {}

    def catch_up(self) -> None:
        """Lets tasks do what they would have done by now."""
        for run in list(self._runs.due(self._clock.stamp)):
            outcome, message = run.course.outcome, run.course.message
            if run.cancelled:
                self._end(run, "CANCELLED", "Cancelled by request", self._clock.stamp)
            else:
                self._write(run)
                message = message or ("Completed successfully" if outcome == "COMPLETED" else None)
                self._end(run, outcome, message, run.ends_at)

    def _create(self, request: dict[str, Any]) -> dict[str, Any]:
        now = self._clock.stamp
        task = requested_task(request, str(uuid.UUID(int=self._created)), round(now.timestamp() * 1000))
        group = self.find(task.log_group)
        check_log_group(task, group and {"creationTime": group.created_ms})
        if task.bucket != self._s3.bucket:
            raise no_bucket(task)
        check_none_active(run.task for run in self._runs.of("PENDING", "RUNNING"))
        take = self.tasks_take
        course = Course(*take(task)) if callable(take) else Course(take)
        self._runs.add(Run(task, self._created, now, course))
        self._created += 1
        self._s3.put(f"{task.prefix}/{TEST_OBJECT}", TEST_CONTENT)
        return {"taskId": task.task_id}

    def _write(self, run: Run) -> None:
        """The objects, in a folder whose name says nothing of the task's id."""
        group = self.find(run.task.log_group)
        if group is None or not run.course.written:
            return
        group.expire(run.ends_at)
        streams = {name: {"events": events} for name, events in group.streams.items()}
        objects = exported_objects(run.task, streams, str(uuid.UUID(int=2**100 + run.place)))
        for key in list(objects)[: round(len(objects) * run.course.written)]:
            self._s3.put(key, objects[key], at=run.ends_at)

    def _end(self, run: Run, status: str, message: str | None, at: datetime) -> None:
        run.task.message, run.task.completed_ms = message, round(at.astimezone(UTC).timestamp() * 1000)
        self._runs.set(run, status)


def _asked(act: Callable[[dict[str, Any]], dict[str, Any]], request: dict[str, Any]) -> dict[str, Any]:
    """The answer of the rules. Raises Refusal where they refuse."""
    try:
        return act(request)
    except Refused as refused:
        raise Refusal(refused.code, refused.message) from refused
