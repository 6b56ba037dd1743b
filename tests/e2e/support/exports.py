"""Exports to S3: starting them, and what became of them."""

import gzip
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

from local.deployed import Operator
from tests.e2e.support.months import LOG_GROUP, Month, log_group, milliseconds
from tests.e2e.support.order import EXPORT_SECONDS
from tests.e2e.support.resources import object_keys

PERMISSION_CHECK = "aws-logs-write-test"


FAILS_EACH_TIME = [{"status": "FAILED", "message": "Internal error"}] * 3
"""What the stage is set for so that a run gives a period up."""


def export(operator: Operator, **input: Any) -> dict[str, Any]:
    """A run of export_logs, when it has ended."""
    return operator.finished(begin_export(operator, **input))


def begin_export(operator: Operator, **input: Any) -> str:
    """Starts a run of export_logs, and gives its ARN."""
    name = f"export-{uuid.uuid4().hex[:8]}"
    return operator.start(operator.output("ExportLogsArn"), name=name, input=input)


def manifests(
    operator: Operator, log_group: str = LOG_GROUP, *, folder: str = "exports"
) -> dict[str, dict[str, Any]]:
    """The manifests of a log group that are there, by period."""
    prefix = f"{folder}/manifests{log_group}/"
    return {
        key.removeprefix(prefix).removesuffix(".json"): json.loads(content(operator, key))
        for key in object_keys(operator)
        # What goes on is of another log group.
        if key.startswith(prefix) and "/" not in key.removeprefix(prefix)
    }


def exported_lines(operator: Operator, manifest: dict[str, Any]) -> list[str]:
    """The lines in the objects that a manifest vouches for, without their timestamps."""
    return [
        line.split(" ", 1)[1]
        for key in exported_keys(operator, manifest)
        for line in gzip.decompress(content(operator, key)).decode().splitlines()
    ]


def exported_bytes(operator: Operator, manifest: dict[str, Any]) -> int:
    """The bytes of the objects that a manifest vouches for."""
    return sum(len(content(operator, key)) for key in exported_keys(operator, manifest))


def exported_keys(operator: Operator, manifest: dict[str, Any]) -> list[str]:
    """The objects that a manifest vouches for."""
    bucket = f"s3://{operator.output('ExportBucketName')}/"
    locations = tuple(part["location"].removeprefix(bucket) for part in manifest["parts"])
    keys = [key for key in object_keys(operator) if key.startswith(locations)]
    return [key for key in keys if not key.endswith(f"/{PERMISSION_CHECK}")]


@contextmanager
def somebody_elses_export(operator: Operator, month: Month) -> Iterator[str]:
    """An export that Stepkeeper knows nothing of, active until the block ends; gives its task id."""
    name = "/somebody/else"
    operator.aws.control("export-tasks", seconds=600)
    with log_group(operator, name, [month], created=month.start):
        task: str = operator.client("logs").create_export_task(
            taskName="somebody else's",
            logGroupName=name,
            fromTime=milliseconds(month.start),
            to=milliseconds(month.end),
            destination=operator.output("ExportBucketName"),
            destinationPrefix="somebody-else",
        )["taskId"]
        operator.aws.control("export-tasks", seconds=EXPORT_SECONDS)
        try:
            yield task
        finally:
            operator.client("logs").cancel_export_task(taskId=task)


def tasks(operator: Operator) -> list[dict[str, Any]]:
    """All export tasks so far, oldest first."""
    pages = operator.client("logs").get_paginator("describe_export_tasks").paginate()
    return [task for page in pages for task in page["exportTasks"]][::-1]


def overlaps(tasks: list[dict[str, Any]]) -> int:
    """How many tasks began before the one before had ended."""
    times = [task["executionInfo"] for task in tasks]
    return sum(later["creationTime"] < earlier["completionTime"] for earlier, later in pairwise(times))


def content(operator: Operator, key: str) -> bytes:
    """What is in an object of the export bucket."""
    answer = operator.client("s3").get_object(Bucket=operator.output("ExportBucketName"), Key=key)
    read: bytes = answer["Body"].read()
    return read
