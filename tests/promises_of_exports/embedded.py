"""The same on the embedded AWS: log groups, export tasks, S3 and DynamoDB are behind HTTP there.

The state machine is walked, and its handlers run, in this process, so that each of their calls can be broken
off; Step Functions, Lambda and the time of the product are simulated.
"""

import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError
from botocore.model import OperationModel

from local.embedded_aws import EmbeddedAws
from tests.promises_of_exports import auditor
from tests.promises_of_exports.faults import FaultPlan
from tests.promises_of_exports.stage import Stage
from tests.promises_of_exports.written import NEW_YORK, Written, months
from tests.simulated.simulation import Simulation

SIMULATED = ("lambda", "stepfunctions")
TASK_SECONDS = 0.01
OUTCOMES: dict[str | None, dict[str, Any]] = {
    None: {},
    "FAILED": {"status": "FAILED", "message": "Internal error"},
    "CANCELLED": {"status": "CANCELLED"},
    "too large": {"status": "FAILED", "message": "The export is too large"},
    "24 hours": {"status": "FAILED", "took_hours": 24},
    "slow": {"seconds": 0.2},
    "instant": {"seconds": 0},
}
MOST_TASKS = 100


class HalfSimulated(Simulation):
    """Answers for two services; the calls of all others go out."""

    def _answer(self, model: OperationModel, context: dict[str, Any], **more: Any) -> Any:
        if model.service_model.service_name in SIMULATED:
            return super()._answer(model, context, **more)
        return None


class EmbeddedStage(Stage):
    """The log groups are made once; the state table and the bucket are emptied for each plan."""

    def __init__(
        self, simulation: Simulation, folder: Path, groups: Sequence[Written], aws: EmbeddedAws
    ) -> None:
        super().__init__(simulation, folder, groups)
        self.aws = aws
        self._plans = 0
        self.bucket = simulation.template.refs["ExportBucket"]
        self.table = simulation.template.refs["StateTable"]
        for group in groups:
            self._make(group)
        aws.client("s3").create_bucket(
            Bucket=self.bucket, CreateBucketConfiguration={"LocationConstraint": aws.region}
        )
        aws.client("s3").put_bucket_policy(Bucket=self.bucket, Policy=_policy(self.bucket, aws.region))
        self._make_table()

    def begin(self, plan: FaultPlan) -> None:
        """The tasks that are still active end first."""
        self.simulation.begin()
        # CloudWatch Logs knows the tasks of the plans before, whose names must be others: they have the time,
        # to the microsecond, and every plan begins at the same second.
        self._plans += 1
        self.simulation.world.clock.move(timedelta(microseconds=self._plans))
        self.aws.control("export-tasks", seconds=TASK_SECONDS, plan=[])
        while self._active():
            pass
        for key in self.objects():
            self.aws.client("s3").delete_object(Bucket=self.bucket, Key=key)
        self.aws.client("dynamodb").delete_table(TableName=self.table)
        self._make_table()
        self._before = len(self._all_tasks())
        outcomes = [OUTCOMES[plan.tasks.get(task)] for task in range(MOST_TASKS)]
        self.aws.control("export-tasks", seconds=TASK_SECONDS, plan=outcomes)

    def tasks(self) -> int:
        return len(self._all_tasks()) - self._before

    def export_somebody_elses(self) -> None:
        _, start, end = months(NEW_YORK, 1)[0]
        with suppress(ClientError):
            self.aws.client("logs").create_export_task(
                logGroupName="/other/mail",
                fromTime=start,
                to=end,
                destination=self.bucket,
                destinationPrefix="of-somebody-else",
            )

    def check(self) -> None:
        auditor.check(self.objects(), self.bucket, self.groups)

    def objects(self) -> dict[str, bytes]:
        """All that is in the bucket."""
        storage = self.aws.client("s3")
        pages = storage.get_paginator("list_objects_v2").paginate(Bucket=self.bucket)
        keys = [item["Key"] for page in pages for item in page.get("Contents", [])]
        return {key: storage.get_object(Bucket=self.bucket, Key=key)["Body"].read() for key in keys}

    def _make(self, group: Written) -> None:
        logs = self.aws.client("logs")
        logs.create_log_group(logGroupName=group.name, tags=group.tags)
        self.aws.age_log_group(group.name, created=group.created)
        for stream in (0, 1):
            logs.create_log_stream(logGroupName=group.name, logStreamName=f"worker/{stream}")
            events = [{"timestamp": at, "message": line} for at, line in group.lines[stream::2]]
            logs.put_log_events(logGroupName=group.name, logStreamName=f"worker/{stream}", logEvents=events)

    def _make_table(self) -> None:
        its = self.simulation.template.properties("StateTable")
        keys = ("BillingMode", "AttributeDefinitions", "KeySchema")
        self.aws.client("dynamodb").create_table(TableName=self.table, **{key: its[key] for key in keys})

    def _all_tasks(self) -> list[Any]:
        pages = self.aws.client("logs").get_paginator("describe_export_tasks").paginate()
        return [task for page in pages for task in page["exportTasks"]]

    def _active(self) -> bool:
        return any(task["status"]["code"] in ("PENDING", "RUNNING") for task in self._all_tasks())


def _policy(bucket: str, region: str) -> str:
    service = {"Service": f"logs.{region}.amazonaws.com"}
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": service,
                    "Action": "s3:*",
                    "Resource": f"arn:aws:s3:::{name}",
                }
                for name in (bucket, f"{bucket}/*")
            ],
        }
    )
