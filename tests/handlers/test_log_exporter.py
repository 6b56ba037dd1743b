"""A month of logs is exported: started once, watched, and recorded only when it is there."""

from datetime import datetime

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from moto.logs.models import logs_backends

from stepkeeper.aws.clients import client
from stepkeeper.errors import ExportTaskFailed, ExportTaskNotCompleted, ExportTaskNotFound
from stepkeeper.handlers import bucket_checker
from stepkeeper.handlers.log_exporter import handler
from tests.handlers.exports import GROUP, MANIFEST, OCTOBER, START, check, manifest, put_status, record, tasks
from tests.objects import put_objects
from tests.template import ACCOUNT, REGION

pytestmark = pytest.mark.usefixtures("october")

NAME = f"stepkeeper 2026-10 {GROUP}"


def test_a_month_is_exported_to_the_bucket_and_recorded(stack, context):
    task_id = handler(START, context)["task_id"]
    progress = handler(check(task_id), context)
    answer = handler(record(task_id), context)

    (task,) = tasks()
    assert progress == {"progress": "completed"}
    assert (task.log_group_name, task.from_time, task.to) == (GROUP, OCTOBER["from_ms"], OCTOBER["to_ms"])
    assert (task.destination, task.task_name) == (stack.export_bucket, NAME)
    assert task.destination_prefix.startswith("exports/aws/lambda/nightly-orders/2026-10/")
    assert answer == {"manifest": MANIFEST, "objects": 1, "bytes": manifest(stack)["bytes"]}


def test_the_manifest_says_where_what_lies(stack, context):
    task_id = handler(START, context)["task_id"]

    handler(record(task_id), context)

    written = manifest(stack)
    assert written.pop("recorded_at")
    assert written.pop("bytes") > 0
    assert written == {
        "version": 1,
        "period": "2026-10",
        "log_group": GROUP,
        "from_ms": OCTOBER["from_ms"],
        "to_ms": OCTOBER["to_ms"],
        "task_id": task_id,
        "location": f"s3://{stack.export_bucket}/{tasks()[0].destination_prefix}/",
        "objects": 1,
    }


def test_a_busy_account_is_told_by_the_name_that_the_state_machine_waits_for(context, stack, refusals):
    refusals.refuse("CreateExportTask", "LimitExceededException")

    with pytest.raises(ClientError) as busy:
        handler(START, context)

    assert type(busy.value).__name__ == "LimitExceededException"
    assert stack.aws.wire.calls.count("logs:CreateExportTask") == 1


def test_a_task_that_is_still_active_is_adopted_not_started_again(context):
    first = handler(START, context)
    put_status("RUNNING")

    again = handler(START, context)

    assert again == first
    assert len(tasks()) == 1


@pytest.mark.parametrize(
    "foreign",
    [
        {"taskName": "somebody's"},
        {"logGroupName": "/aws/lambda/other"},
        {"taskName": f"stepkeeper 2026-09 {GROUP}"},
    ],
    ids=["another name", "another log group", "another month"],
)
def test_the_active_task_of_somebody_else_is_never_adopted(foreign, context):
    active = {
        "taskId": "not-ours",
        "taskName": NAME,
        "logGroupName": GROUP,
        "from": OCTOBER["from_ms"],
        "to": OCTOBER["to_ms"],
        "destinationPrefix": "elsewhere",
        "status": {"code": "RUNNING"},
    }
    with Stubber(client("logs")) as stub:
        stub.add_response("describe_export_tasks", {"exportTasks": []}, {"statusCode": "PENDING"})
        stub.add_response(
            "describe_export_tasks", {"exportTasks": [active | foreign]}, {"statusCode": "RUNNING"}
        )
        stub.add_client_error("create_export_task", "LimitExceededException", "Resource limit exceeded.")

        with pytest.raises(ClientError, match="LimitExceededException"):
            handler(START, context)


@pytest.mark.parametrize("code", ["PENDING", "RUNNING", "PENDING_CANCEL"])
def test_a_task_that_is_not_over_is_running(code, context):
    task_id = handler(START, context)["task_id"]
    put_status(code)

    assert handler(check(task_id), context) == {"progress": "running"}


@pytest.mark.parametrize("code", ["FAILED", "CANCELLED"])
@pytest.mark.parametrize("event", [check, record])
def test_a_task_that_failed_is_a_failure_and_its_month_is_not_done(event, code, stack, context):
    task_id = handler(START, context)["task_id"]
    put_status(code, "The bucket is gone")

    with pytest.raises(ExportTaskFailed, match=f"{task_id}.*{code}.*The bucket is gone"):
        handler(event(task_id), context)

    assert manifest(stack) is None


@pytest.mark.parametrize("event", [check, record])
def test_a_task_that_nobody_knows_is_an_error_and_its_month_is_not_done(event, stack, context):
    with pytest.raises(ExportTaskNotFound, match="cda45419"):
        handler(event("cda45419"), context)

    assert manifest(stack) is None


@pytest.mark.parametrize("code", ["PENDING", "RUNNING", "PENDING_CANCEL"])
def test_a_month_is_not_recorded_before_its_task_is_completed(code, stack, context):
    task_id = handler(START, context)["task_id"]
    put_status(code)

    with pytest.raises(ExportTaskNotCompleted, match=code):
        handler(record(task_id), context)

    assert manifest(stack) is None


def test_more_objects_than_one_listing_holds_are_counted_without_the_permission_check(stack, context):
    task_id = handler(START, context)["task_id"]
    folder = tasks()[0].destination_prefix
    put_objects(stack.export_bucket, [f"{folder}/uuid/stream/{part:06d}.gz" for part in range(1000)])
    put_objects(stack.export_bucket, [f"{folder}/aws-logs-write-test"], b"Permission Check Successful")

    answer = handler(record(task_id), context)

    assert answer["objects"] == 1001


def test_what_an_earlier_try_left_behind_is_not_counted(stack, context):
    put_objects(
        stack.export_bucket, ["exports/aws/lambda/nightly-orders/2026-10/20200101T000000Z/stream/000000.gz"]
    )
    task_id = handler(START, context)["task_id"]

    answer = handler(record(task_id), context)

    assert answer["objects"] == 1


def test_an_empty_month_is_done_too(stack, context):
    task_id = handler(START, context)["task_id"]
    folder = tasks()[0].destination_prefix
    storage = stack.aws.client("s3")
    for item in storage.list_objects_v2(Bucket=stack.export_bucket, Prefix=folder)["Contents"]:
        storage.delete_object(Bucket=stack.export_bucket, Key=item["Key"])
    put_objects(stack.export_bucket, [f"{folder}/aws-logs-write-test"], b"Permission Check Successful")

    handler(record(task_id), context)

    assert (manifest(stack)["objects"], manifest(stack)["bytes"]) == (0, 0)


def test_the_bucket_checker_finds_what_was_recorded(configure, context):
    configure("BucketCheckerFunction", ExportLogGroup=GROUP, ExportMonthsBack="1")
    logs_backends[ACCOUNT][REGION].groups[GROUP].creation_time = datetime(2020, 1, 1)  # noqa: DTZ001
    period = bucket_checker.handler({}, context)["period"]
    task_id = handler({"action": "start", "period": period}, context)["task_id"]
    before = bucket_checker.handler({}, context)

    handler({"action": "record", "period": period, "task_id": task_id}, context)

    assert before["state"] == "export"
    assert bucket_checker.handler({}, context) == {"state": "done"}
