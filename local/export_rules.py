"""CloudWatch Logs' own rules for export tasks: what is refused, what becomes of a task, what is written."""

import gzip
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from local.export_outcomes import Outcome

ACTIVE = ("PENDING", "RUNNING")
DEFAULT_PREFIX = "exportedlogs"
TEST_OBJECT = "aws-logs-write-test"
TEST_CONTENT = b"Permission Check Successful"
MOST_PER_PAGE = 50
RETENTION_DAYS = (
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
)  # fmt: skip
"""How long a log group may keep its events."""


class Refused(Exception):
    """CloudWatch Logs answers with this error `code`."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


@dataclass
class ExportTask:
    """One export task as DescribeExportTasks tells it; times are milliseconds since the epoch."""

    task_id: str
    log_group: str
    start_ms: int
    end_ms: int
    bucket: str
    created_ms: int
    name: str | None = None
    stream_prefix: str = ""
    prefix: str = DEFAULT_PREFIX
    status: str = "PENDING"
    message: str | None = None
    completed_ms: int | None = None
    outcome: Outcome = field(default=Outcome(), repr=False)

    def description(self) -> dict[str, Any]:
        """The task in the API's words."""
        execution = {"creationTime": self.created_ms, "completionTime": self.completed_ms}
        description = {
            "taskId": self.task_id,
            "taskName": self.name,
            "logGroupName": self.log_group,
            "from": self.start_ms,
            "to": self.end_ms,
            "destination": self.bucket,
            "destinationPrefix": self.prefix,
            "status": _present({"code": self.status, "message": self.message}),
            "executionInfo": _present(execution),
        }
        return _present(description)


def requested_task(request: Mapping[str, Any], task_id: str, now_ms: int) -> ExportTask:
    """The task that a CreateExportTask request asks for; raises Refused if its own words are wrong."""
    for name in ("logGroupName", "from", "to", "destination"):
        if request.get(name) is None:
            raise Refused("InvalidParameterException", f"{name} is required")
    if not 0 <= request["from"] <= request["to"]:
        raise Refused("InvalidParameterException", "'from' must be earlier than 'to', and neither negative")
    return ExportTask(
        task_id=task_id,
        log_group=request["logGroupName"],
        start_ms=request["from"],
        end_ms=request["to"],
        bucket=request["destination"],
        created_ms=now_ms,
        name=request.get("taskName"),
        stream_prefix=request.get("logStreamNamePrefix", ""),
        prefix=request.get("destinationPrefix") or DEFAULT_PREFIX,
    )


def check_log_group(task: ExportTask, group: Mapping[str, Any] | None) -> None:
    """A task names an existing log group, and does not end before that was created; else Refused."""
    if group is None:
        raise Refused("ResourceNotFoundException", "The specified log group does not exist.")
    if task.end_ms < group["creationTime"]:
        raise Refused("InvalidParameterException", "'to' must not be earlier than the log group's creation")


def check_none_active(tasks: Iterable[ExportTask]) -> None:
    """An account has at most one active export task per Region; else Refused."""
    if any(task.status in ACTIVE for task in tasks):
        raise Refused("LimitExceededException", "Resource limit exceeded.")


def no_bucket(task: ExportTask) -> Refused:
    """What a task into a bucket that does not exist is refused with."""
    return Refused("InvalidParameterException", f"The destination bucket {task.bucket} does not exist.")


def check_cancellable(task: ExportTask | None) -> None:
    """Only an active task can be cancelled; else Refused."""
    if task is None:
        raise Refused("ResourceNotFoundException", "The specified export task does not exist.")
    if task.status not in ACTIVE:
        raise Refused("InvalidOperationException", f"The task is {task.status}, not active.")


def page(tasks: list[ExportTask], request: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to DescribeExportTasks over all `tasks` in the order they were created: newest first."""
    limit = request.get("limit", MOST_PER_PAGE)
    if not 1 <= limit <= MOST_PER_PAGE:
        raise Refused("InvalidParameterException", f"limit must be from 1 to {MOST_PER_PAGE}")
    token = request.get("nextToken", "0")
    if not token.isdecimal():
        raise Refused("InvalidParameterException", "The specified nextToken is invalid.")
    wanted = (
        task
        for task in reversed(tasks)
        if request.get("taskId") in (None, task.task_id) and request.get("statusCode") in (None, task.status)
    )
    start, end = int(token), int(token) + limit
    found = list(islice(wanted, start, end + 1))
    more = {"nextToken": str(end)} if len(found) > limit else {}
    return {"exportTasks": [task.description() for task in found[:limit]], **more}


def exported_objects(task: ExportTask, streams: Mapping[str, Any], folder: str) -> dict[str, bytes]:
    """Key and content of what the task exports: one object for each stream that has events in its time."""
    objects = {}
    for name, stream in streams.items():
        events = [event for event in stream["events"] if task.start_ms <= event["timestamp"] <= task.end_ms]
        if events and name.startswith(task.stream_prefix):
            lines = "".join(f"{_iso(event['timestamp'])} {event['message']}\n" for event in events)
            key = f"{task.prefix}/{folder}/{name.replace('/', '-')}/000000.gz"
            objects[key] = gzip.compress(lines.encode())
    return objects


def _iso(timestamp_ms: int) -> str:
    moment = datetime.fromtimestamp(timestamp_ms / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _present(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
