"""Scene 7: three months of logs go to S3, one export after another, and a second run finds nothing to do."""

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from rich.table import Table

from local.demo.stage import Stage

LOG_GROUP = "/orders/nightly"
"""The stack is deployed with it as the group to export."""

OTHER_LOG_GROUP = "/somebody/else"
MONTHS = 3


def play(stage: Stage) -> None:
    """Exports three months although somebody else's export is in the way."""
    months = _last_months(MONTHS)
    _write_logs(stage, LOG_GROUP, months)
    _write_logs(stage, OTHER_LOG_GROUP, months[:1])
    # So long that the functions of our run, which have yet to start, find it running.
    stage.aws.control("export-tasks", seconds=8)
    _export_somebody_elses(stage, months[0])
    stage.aws.control("export-tasks", seconds=3)
    stage.say("Somebody else's export is running: CloudWatch Logs refuses a second one, and the run waits.")

    first = stage.start(stage.output("ExportLogsArn"), name="first", input={})
    stage.watch(
        "the exports end",
        lambda: _tasks(stage) | {"export_logs": stage.describe(first)["status"]},
        done=_ended,
    )
    stage.expect("the run succeeded", seen=stage.describe(first)["status"], wanted="SUCCEEDED")
    stage.expect(
        "it was refused at first", seen="LimitExceededException" in _refusals(stage, first), wanted=True
    )
    ours = [task for task in _all_tasks(stage) if task["logGroupName"] == LOG_GROUP]
    stage.expect("three exports, one after another", seen=_overlaps(ours), wanted=(MONTHS, 0))
    manifests = _manifests(stage)
    stage.console.print(_table(manifests))
    stage.expect("each of the three months has its manifest", seen=len(manifests), wanted=MONTHS)

    second = stage.start(stage.output("ExportLogsArn"), name="second", input={})
    stage.until("the second run ends", lambda: stage.describe(second)["status"] != "RUNNING")
    ended = stage.describe(second)["status"], len(_all_tasks(stage))
    stage.expect("a second run exports nothing", seen=ended, wanted=("SUCCEEDED", MONTHS + 1))


def _last_months(count: int) -> list[datetime]:
    """The beginnings of the last `count` months that are over for more than 12 hours, oldest first."""
    month = (datetime.now(UTC) - timedelta(hours=12)).replace(
        day=1, hour=0, minute=0, second=0, microsecond=0
    )
    months: list[datetime] = []
    for _ in range(count):
        month = (month - timedelta(days=1)).replace(day=1)
        months.insert(0, month)
    return months


def _write_logs(stage: Stage, log_group: str, months: list[datetime]) -> None:
    logs = stage.client("logs")
    logs.create_log_group(logGroupName=log_group)
    stage.aws.age_log_group(log_group, created=months[0] - timedelta(days=40))
    logs.create_log_stream(logGroupName=log_group, logStreamName="worker")
    for month in months:
        moment = int((month + timedelta(days=9)).timestamp() * 1000)
        lines = [{"timestamp": moment + n, "message": f"order {n} of {month:%B}"} for n in range(50)]
        logs.put_log_events(logGroupName=log_group, logStreamName="worker", logEvents=lines)


def _export_somebody_elses(stage: Stage, month: datetime) -> None:
    stage.client("logs").create_export_task(
        taskName="somebody else's",
        logGroupName=OTHER_LOG_GROUP,
        fromTime=int(month.timestamp() * 1000),
        to=int((month + timedelta(days=31)).timestamp() * 1000),
        destination=stage.output("ExportBucketName"),
        destinationPrefix="somebody-else",
    )


def _all_tasks(stage: Stage) -> list[dict[str, Any]]:
    """Oldest first."""
    return list(reversed(stage.client("logs").describe_export_tasks()["exportTasks"]))


def _tasks(stage: Stage) -> dict[str, str]:
    return {task["taskName"]: task["status"]["code"] for task in _all_tasks(stage)}


def _ended(states: dict[str, str]) -> bool:
    return states["export_logs"] != "RUNNING"


def _refusals(stage: Stage, execution_arn: str) -> set[str]:
    """The names of the errors that tasks of a run ended with."""
    failed = [event for event in stage.history(execution_arn) if event["type"] == "TaskFailed"]
    return {event["taskFailedEventDetails"]["error"] for event in failed}


def _overlaps(tasks: list[dict[str, Any]]) -> tuple[int, int]:
    """How many tasks there were, and how many began before the one before had ended."""
    times = [task["executionInfo"] for task in tasks]
    return len(tasks), sum(
        later["creationTime"] < earlier["completionTime"] for earlier, later in pairwise(times)
    )


def _manifests(stage: Stage) -> list[dict[str, Any]]:
    s3, bucket = stage.client("s3"), stage.output("ExportBucketName")
    listed = s3.list_objects_v2(Bucket=bucket, Prefix="exports/manifests/").get("Contents", [])
    return [json.loads(s3.get_object(Bucket=bucket, Key=item["Key"])["Body"].read()) for item in listed]


def _table(manifests: list[dict[str, Any]]) -> Table:
    table = Table("period", "objects", "bytes", "location", title="What the manifests say")
    for entry in manifests:
        location = entry["location"].split("/", 3)[3]
        table.add_row(entry["period"], str(entry["objects"]), str(entry["bytes"]), location)
    return table
