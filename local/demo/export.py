"""Scene 7: the logs of every group go to S3, one export after another, and what is missing is told."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from local.demo.exported_logs import GROUPS, MONTHS, exported_lines, last_months, manifests, table, write_logs
from local.demo.stage import Stage
from local.tools import REPOSITORY

OTHER_LOG_GROUP = "/somebody/else"
LATE_GROUP = "/orders/warehouse"
PICTURE = REPOSITORY / ".aws-sam" / "audit.svg"
"""Where build output is, which git ignores."""


def play(stage: Stage) -> None:
    """Exports what four groups have, although much goes wrong; then a group that can not be exported."""
    months = last_months()
    written = [line for group in GROUPS for line in write_logs(stage, group, months)]
    stage.say(
        f"{len(GROUPS)} log groups, {MONTHS} months; exports.toml takes all whose names begin with /orders/"
    )
    _export_somebody_elses(stage, months[0])
    stage.say("Somebody else's export is running, one of ours will fail, and the answer to one gets lost.")
    plan = [{"answer": "lost", "seconds": 1}, {"status": "FAILED", "message": "Internal error", "seconds": 1}]
    stage.aws.control("export-tasks", seconds=1, plan=plan)
    _runs_green(stage, "first")
    ours = [task for task in _all_tasks(stage) if task["logGroupName"] in GROUPS]
    stage.expect("one export at a time, and one more than needed", seen=_overlaps(ours), wanted=(11, 0))
    lines = exported_lines(stage)
    stage.expect(
        f"each of {len(written)} lines is there exactly once",
        seen=(sorted(lines), set(lines.values())),
        wanted=(sorted(written), {1}),
    )
    stage.console.print(table(stage.invoke("BucketChecker", {"action": "audit"})))

    before = len(manifests(stage)), len(_all_tasks(stage))
    _runs_green(stage, "second")
    after = len(manifests(stage)), len(_all_tasks(stage))
    stage.expect("a second run exports nothing", seen=after, wanted=before)
    _leaves_a_gap(stage, months)


def _leaves_a_gap(stage: Stage, months: list[datetime]) -> None:
    """A month that fails three times is a gap, until a run exports it."""
    told = len(stage.slack.messages)
    write_logs(stage, LATE_GROUP, months)
    failing = [{"status": "FAILED", "message": "Access Denied", "seconds": 1}] * 3
    stage.aws.control("export-tasks", plan=failing)
    stage.say(
        "A new group is found. Its first month fails three times; the others are exported all the same:"
    )
    red = stage.finished(stage.start(stage.output("ExportLogsArn"), name="third", input={}))
    stage.expect("the run ends red", seen=(red["status"], red["error"]), wanted=("FAILED", "NotAllExported"))
    stage.console.print(f"    [dim]{red['cause']}[/]", markup=True)
    audit = stage.invoke("BucketChecker", {"action": "audit"})
    stage.console.print(table(audit))
    stage.expect("the audit has one gap", seen=len(audit["gaps"]), wanted=1)
    stage.until("people are told of it", lambda: len(stage.slack.messages) > told)
    _runs_green(stage, "fourth")
    audit = stage.invoke("BucketChecker", {"action": "audit"})
    stage.expect("the next run has closed it", seen=audit["gaps"], wanted=[])
    key = audit["picture"].split("/", 3)[3]
    body = stage.client("s3").get_object(Bucket=stage.output("ExportBucketName"), Key=key)["Body"].read()
    PICTURE.write_bytes(body)
    stage.say(f"The same as a picture: {PICTURE.relative_to(REPOSITORY)}")


def _runs_green(stage: Stage, name: str) -> None:
    run = stage.start(stage.output("ExportLogsArn"), name=name, input={})
    stage.watch(
        "the exports end",
        lambda: _tasks(stage) | {"export_logs": stage.describe(run)["status"]},
        done=lambda states: states["export_logs"] != "RUNNING",
    )
    stage.expect(f"the {name} run succeeded", seen=stage.describe(run)["status"], wanted="SUCCEEDED")


def _export_somebody_elses(stage: Stage, month: datetime) -> None:
    stage.client("logs").create_log_group(logGroupName=OTHER_LOG_GROUP)
    stage.aws.age_log_group(OTHER_LOG_GROUP, created=month)
    # So long that the functions of our run, which have yet to start, find it running.
    stage.aws.control("export-tasks", seconds=8)
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
    pages = stage.client("logs").get_paginator("describe_export_tasks").paginate()
    return [task for page in pages for task in page["exportTasks"]][::-1]


def _tasks(stage: Stage) -> dict[str, str]:
    """The state of each group's last task."""
    return {task["logGroupName"]: task["status"]["code"] for task in _all_tasks(stage)}


def _overlaps(tasks: list[dict[str, Any]]) -> tuple[int, int]:
    """How many tasks there were, and how many began before the one before had ended."""
    times = [task["executionInfo"] for task in tasks]
    return len(tasks), sum(
        later["creationTime"] < earlier["completionTime"] for earlier, later in pairwise(times)
    )
