"""The log groups of scene 7, and what came of exporting them."""

import gzip
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from rich.table import Table

from local.demo.stage import Stage

MONTHS = 3
GROUPS = ("/orders/billing", "/orders/mail", "/orders/nightly", "/orders/shop")
YOUNG = "/orders/shop"
"""Created in the last of the three months."""

PERMISSION_CHECK = "aws-logs-write-test"
LINES = 50
SHOWN = {
    "completed": "[green]■ completed[/]",
    "empty": "[cyan]□ empty[/]",
    "failed": "[red]✘ failed[/]",
    "planned": "[yellow]· planned[/]",
}


def last_months() -> list[datetime]:
    """The beginnings of the last months in Tokyo that are over for more than 12 hours, oldest first."""
    moment = datetime.now(UTC) - timedelta(hours=3)  # nine hours ahead, twelve back
    month = moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    months: list[datetime] = []
    for _ in range(MONTHS):
        month = (month - timedelta(days=1)).replace(day=1)
        months.insert(0, month)
    return [month - timedelta(hours=9) for month in months]


def write_logs(stage: Stage, log_group: str, months: list[datetime]) -> list[str]:
    """Makes a log group with lines in each month, the first of them in its first millisecond; gives them."""
    logs = stage.client("logs")
    logs.create_log_group(logGroupName=log_group)
    born = months[-1] + timedelta(days=5) if log_group == YOUNG else months[0] - timedelta(days=40)
    stage.aws.age_log_group(log_group, created=born)
    logs.create_log_stream(logGroupName=log_group, logStreamName="worker")
    written = []
    for month in months[-1:] if log_group == YOUNG else months:
        moments = [round(month.timestamp() * 1000) + n * 36_000_000 for n in range(LINES)]
        if log_group == YOUNG:
            moments = [moment + 6 * 86_400_000 for moment in moments]
        lines = [{"timestamp": at, "message": f"{log_group} {at}"} for at in moments]
        logs.put_log_events(logGroupName=log_group, logStreamName="worker", logEvents=lines)
        written += [line["message"] for line in lines]
    return written


def exported_lines(stage: Stage) -> Counter[str]:
    """How often each line is in the objects that the manifests vouch for."""
    s3, bucket = stage.client("s3"), stage.output("ExportBucketName")
    listed = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    keys = [item["Key"] for page in listed for item in page.get("Contents", [])]
    counted: Counter[str] = Counter()
    for manifest in manifests(stage):
        folders = tuple(part["location"].removeprefix(f"s3://{bucket}/") for part in manifest["parts"])
        for key in keys:
            if key.startswith(folders) and not key.endswith(PERMISSION_CHECK):
                body = gzip.decompress(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
                counted.update(line.split(" ", 1)[1] for line in body.decode().splitlines())
    return counted


def manifests(stage: Stage) -> list[dict[str, Any]]:
    """Of all that was exported."""
    s3, bucket = stage.client("s3"), stage.output("ExportBucketName")
    listed = s3.list_objects_v2(Bucket=bucket, Prefix="exports/manifests/").get("Contents", [])
    return [json.loads(s3.get_object(Bucket=bucket, Key=item["Key"])["Body"].read()) for item in listed]


def table(audit: dict[str, Any]) -> Table:
    """The audit as a terminal shows it."""
    periods = sorted({period for group in audit["groups"] for period in group["periods"]})
    shown = Table("log group", *periods, "objects", "bytes", title="What the audit says")
    for group in audit["groups"]:
        states = [SHOWN.get(group["periods"].get(period, ""), "") for period in periods]
        shown.add_row(group["log_group"], *states, str(group["objects"]), str(group["bytes"]))
    return shown
