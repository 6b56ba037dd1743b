"""The stand-in for CloudWatch Logs' export tasks, which MiniStack does not have; it runs inside MiniStack.

The rules are in `local.export_rules`; this wires them to MiniStack's log groups, buckets and time.
"""

import contextvars
import threading
import time
import uuid
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from local.export_outcomes import MESSAGES, Outcome, outcome
from local.export_rules import (
    TEST_CONTENT,
    TEST_OBJECT,
    ExportTask,
    Refused,
    check_cancellable,
    check_log_group,
    check_none_active,
    exported_objects,
    no_bucket,
    page,
    requested_task,
)

DEFAULT_SECONDS = 3.0


class ExportTasks:
    """All export tasks of all accounts and Regions, oldest first, and how they will go."""

    def __init__(self) -> None:
        self._tasks: dict[tuple[str, str], list[ExportTask]] = defaultdict(list)
        self._changed = threading.Condition()
        self._seconds = DEFAULT_SECONDS
        self._plan: deque[Outcome] = deque()

    def set_stage(
        self,
        *,
        seconds: float | None = None,
        next: str | None = None,
        plan: Iterable[Mapping[str, Any]] | None = None,
    ) -> dict[str, Any]:
        """Say how long tasks take from now on, and what becomes of the next ones, each by an `Outcome`.

        `plan` takes the place of what is left of the last one. `next` can be FAILED, for the very next task.
        """
        if next not in (None, "FAILED"):
            raise ValueError(f"next can be FAILED, not {next!r}")
        planned = None if plan is None else deque(outcome(each) for each in plan)
        with self._changed:
            self._seconds = self._seconds if seconds is None else float(seconds)
            self._plan = self._plan if planned is None else planned
            if next == "FAILED" and not (self._plan and self._plan[0].status == "FAILED"):
                self._plan.appendleft(Outcome(status="FAILED"))
            return {"seconds": self._seconds, "plan": [asdict(each) for each in self._plan]}

    def create(self, request: dict[str, Any]) -> dict[str, Any]:
        """CreateExportTask; raises Refused."""
        from ministack.services import cloudwatch_logs

        task = requested_task(request, str(uuid.uuid4()), _now_ms())
        check_log_group(task, cloudwatch_logs._log_groups.get(task.log_group))
        _check_bucket(task)
        with self._changed:
            check_none_active(self._mine())
            task.outcome = self._plan.popleft() if self._plan else task.outcome
            if task.outcome.answer == "refused":
                raise _servers_error()
            task.created_ms -= int(task.outcome.took_hours * 3_600_000)
            self._mine().append(task)
        _put(task.bucket, f"{task.prefix}/{TEST_OBJECT}", TEST_CONTENT)
        seconds = self._seconds if task.outcome.seconds is None else task.outcome.seconds
        context = contextvars.copy_context()
        threading.Thread(target=context.run, args=(self._run, task, seconds), daemon=True).start()
        if task.outcome.answer == "lost":
            raise _servers_error()
        return {"taskId": task.task_id}

    def describe(self, request: dict[str, Any]) -> dict[str, Any]:
        """DescribeExportTasks; raises Refused."""
        with self._changed:
            return page(self._mine(), request)

    def cancel(self, request: dict[str, Any]) -> dict[str, Any]:
        """CancelExportTask; raises Refused."""
        with self._changed:
            task = next((task for task in self._mine() if task.task_id == request.get("taskId")), None)
            check_cancellable(task)
            task.status = "PENDING_CANCEL"
            self._changed.notify_all()
        return {}

    def _mine(self) -> list[ExportTask]:
        from ministack.core.responses import get_account_id, get_region

        return self._tasks[get_account_id(), get_region()]

    def _run(self, task: ExportTask, seconds: float) -> None:
        from ministack.services import cloudwatch_logs

        if self._lasts(task, seconds / 3, then="RUNNING") and self._lasts(task, seconds * 2 / 3):
            group = cloudwatch_logs._log_groups.get(task.log_group) or {"streams": {}}
            objects = [*exported_objects(task, dict(group["streams"]), str(uuid.uuid4())).items()]
            # AWS says nothing of what a task leaves behind that did not complete; here it is the first half.
            left = len(objects) if task.outcome.status == "COMPLETED" else (len(objects) + 1) // 2
            for key, content in objects[:left]:
                _put(task.bucket, key, content)
            return self._end(task, task.outcome.status, task.outcome.last_words)
        return self._end(task, "CANCELLED", MESSAGES["CANCELLED"])

    def _lasts(self, task: ExportTask, seconds: float, then: str | None = None) -> bool:
        """Wait, and say whether the task is still wanted."""
        with self._changed:
            cancelled = self._changed.wait_for(lambda: task.status == "PENDING_CANCEL", seconds)
            task.status = task.status if cancelled else then or task.status
            return not cancelled

    def _end(self, task: ExportTask, status: str, message: str) -> None:
        with self._changed:
            task.status, task.message, task.completed_ms = status, message, _now_ms()


def _check_bucket(task: ExportTask) -> None:
    from ministack.core.iam_evaluator import EvalContext, evaluate_resource_policy
    from ministack.core.responses import get_account_id, get_region
    from ministack.services import s3

    account, region, bucket = get_account_id(), get_region(), f"arn:aws:s3:::{task.bucket}"
    policy = s3.bucket_policy_for_arn(bucket)
    if policy is None:
        raise no_bucket(task)
    source = {
        "aws:sourceaccount": account,
        "aws:sourcearn": f"arn:aws:logs:{region}:{account}:log-group:{task.log_group}:*",
    }
    written = f"{bucket}/{task.prefix}/{TEST_OBJECT}"
    writing = source | {"s3:x-amz-acl": "bucket-owner-full-control"}
    service = f"logs.{region}.amazonaws.com"
    for action, resource, keys in (
        ("s3:GetBucketAcl", bucket, source),
        ("s3:PutObject", written, writing),
    ):
        context = EvalContext(
            principal_arn=service,
            principal_type="Service",
            principal_account=account,
            action=action,
            resource_arn=resource,
            region=region,
            secure_transport=True,
            service_context=keys,
        )
        if evaluate_resource_policy(policy[0], context, service=service).decision != "Allow":
            message = f"The bucket policy of {task.bucket} does not let {service} do {action}."
            raise Refused("InvalidParameterException", message)


def _put(bucket: str, key: str, content: bytes) -> None:
    from ministack.services import s3

    status, _, answer = s3._put_object(bucket, key, content, {})
    if status != 200:
        raise RuntimeError(f"Could not write s3://{bucket}/{key}: {answer!r}")


def _servers_error() -> Refused:
    return Refused("InternalFailure", "The stage was set for this answer.", 500)


def _now_ms() -> int:
    return int(time.time() * 1000)
