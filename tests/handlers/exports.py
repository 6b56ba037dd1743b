"""The export of one month, as its state machine asks for it and as AWS has it."""

import json
from typing import Any

from moto.logs.models import logs_backends

from tests.memory import Stack
from tests.template import ACCOUNT, REGION

GROUP = "/aws/lambda/nightly-orders"
OCTOBER: dict[str, Any] = {
    "id": "2026-10",
    "log_group": GROUP,
    "from_ms": 1_790_780_400_000,
    "to_ms": 1_793_458_800_000,
}
START = {"action": "start", "period": OCTOBER}
MANIFEST = "exports/manifests/aws/lambda/nightly-orders/2026-10.json"


def check(task_id: str) -> dict[str, Any]:
    return {"action": "check", "task_id": task_id}


def record(task_id: str) -> dict[str, Any]:
    return {"action": "record", "period": OCTOBER, "task_id": task_id}


def tasks() -> list[Any]:
    return list(logs_backends[ACCOUNT][REGION].export_tasks.values())


def put_status(code: str, message: str = "") -> None:
    """What CloudWatch Logs would say of the task; moto completes every task at once."""
    (task,) = tasks()
    task.status = {"code": code, "message": message}


def manifest(stack: Stack) -> Any:
    """The manifest of October, or None where there is none."""
    keys = stack.aws.client("s3").list_objects_v2(Bucket=stack.export_bucket, Prefix=MANIFEST)
    if not keys["KeyCount"]:
        return None
    written = stack.aws.client("s3").get_object(Bucket=stack.export_bucket, Key=MANIFEST)
    return json.loads(written["Body"].read())
