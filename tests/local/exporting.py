"""A log group with a bucket to export it to, for the tests of export tasks."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from local.embedded_aws import EmbeddedAws
from tests.local.support import error_code, new_name, poll

ENDED = ("COMPLETED", "FAILED", "CANCELLED")
JULY = datetime(2026, 7, 1, tzinfo=UTC)
AUGUST = datetime(2026, 8, 1, tzinfo=UTC)


def epoch_ms(moment: datetime) -> int:
    """As CloudWatch Logs counts."""
    return int(moment.timestamp() * 1000)


@dataclass
class Logs:
    """A log group with one event at the start and one at the end of July, and a bucket to export it to."""

    aws: EmbeddedAws
    client: Any
    group: str
    bucket: str

    def request(self, **changes: Any) -> dict[str, Any]:
        """A request for July, as `changes` change it."""
        return {
            "logGroupName": self.group,
            "fromTime": epoch_ms(JULY),
            "to": epoch_ms(AUGUST) - 1,
            "destination": self.bucket,
        } | changes

    def export(self, **changes: Any) -> str:
        """Start a task; returns its id."""
        return str(self.client.create_export_task(**self.request(**changes))["taskId"])

    def refusal(self, **changes: Any) -> str | None:
        return error_code(lambda: self.export(**changes))

    def task(self, task_id: str) -> dict[str, Any]:
        (task,) = self.client.describe_export_tasks(taskId=task_id)["exportTasks"]
        return dict(task)

    def status(self, task_id: str) -> str:
        return str(self.task(task_id)["status"]["code"])

    def ended(self, task_id: str) -> str:
        poll(lambda: self.status(task_id) in ENDED)
        return self.status(task_id)

    def objects(self) -> dict[str, bytes]:
        s3 = self.aws.client("s3")
        listed = s3.list_objects_v2(Bucket=self.bucket).get("Contents", [])
        return {
            item["Key"]: s3.get_object(Bucket=self.bucket, Key=item["Key"])["Body"].read() for item in listed
        }

    def put(self, stream: str, at: datetime, message: str) -> None:
        """Put an event into another log stream."""
        self.client.create_log_stream(logGroupName=self.group, logStreamName=stream)
        events = [{"timestamp": epoch_ms(at), "message": message}]
        self.client.put_log_events(logGroupName=self.group, logStreamName=stream, logEvents=events)


@contextmanager
def new_logs(aws: EmbeddedAws) -> Iterator[Logs]:
    """A log group and a bucket of their own; waits at the end until no task is active."""
    made = Logs(aws, aws.client("logs"), new_name("/group"), new_name("bucket"))
    made.client.create_log_group(logGroupName=made.group)
    made.client.create_log_stream(logGroupName=made.group, logStreamName="2026/07/[1]a")
    events = [
        {"timestamp": epoch_ms(JULY) - 1, "message": "June"},
        {"timestamp": epoch_ms(JULY), "message": "first of July"},
        {"timestamp": epoch_ms(AUGUST) - 1, "message": "last of July"},
        {"timestamp": epoch_ms(AUGUST), "message": "August"},
    ]
    made.client.put_log_events(logGroupName=made.group, logStreamName="2026/07/[1]a", logEvents=events)
    aws.age_log_group(made.group, created=JULY)
    location = {"LocationConstraint": aws.region}
    aws.client("s3").create_bucket(Bucket=made.bucket, CreateBucketConfiguration=location)
    set_policy(made, bucket_policy(made))
    yield made
    poll(lambda: not _active(made))


def bucket_policy(logs: Logs) -> dict[str, Any]:
    """What lets CloudWatch Logs write into the bucket, under the documented conditions."""
    condition = {
        "StringEquals": {"aws:SourceAccount": [logs.aws.account]},
        "ArnLike": {"aws:SourceArn": [f"arn:aws:logs:{logs.aws.region}:{logs.aws.account}:log-group:*"]},
    }
    owned = {"s3:x-amz-acl": "bucket-owner-full-control"}
    common = {"Effect": "Allow", "Principal": {"Service": f"logs.{logs.aws.region}.amazonaws.com"}}
    bucket = f"arn:aws:s3:::{logs.bucket}"
    reading = {**common, "Action": "s3:GetBucketAcl", "Resource": bucket, "Condition": condition}
    writing = {
        **common,
        "Action": "s3:PutObject",
        "Resource": f"{bucket}/*",
        "Condition": condition | {"StringEquals": condition["StringEquals"] | owned},
    }
    return {"Version": "2012-10-17", "Statement": [reading, writing]}


def set_policy(logs: Logs, policy: dict[str, Any]) -> None:
    """Make this the policy of the bucket."""
    logs.aws.client("s3").put_bucket_policy(Bucket=logs.bucket, Policy=json.dumps(policy))


def _active(logs: Logs) -> list[Any]:
    tasks = logs.client.describe_export_tasks()["exportTasks"]
    return [task for task in tasks if task["status"]["code"] not in ENDED]
