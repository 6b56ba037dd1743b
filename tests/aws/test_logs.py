"""CloudWatch Logs: log groups and export tasks. What moto does not know is answered as the API would."""

from datetime import UTC, datetime, timedelta

import pytest
from botocore.stub import Stubber

from stepkeeper.aws import logs
from stepkeeper.domain.log_exporter import ExportTask
from stepkeeper.errors import ExportTaskNotFound, LogGroupNotFound

TASK = {
    "taskId": "cda45419-90ea-4db5-9833-aade86253e66",
    "taskName": "stepkeeper 2026-10 /a",
    "logGroupName": "/a",
    "from": 1_790_780_400_000,
    "to": 1_793_458_800_000,
    "destination": "stepkeeper-exports",
    "destinationPrefix": "exports/a/2026-10/20261102T120000Z",
    "status": {"code": "RUNNING", "message": "Started"},
    "executionInfo": {"creationTime": 1_793_620_800_000},
}


@pytest.fixture
def client(aws):
    return aws.client("logs")


@pytest.fixture
def stub(client):
    with Stubber(client) as stub:
        yield stub
        stub.assert_no_pending_responses()


def test_a_log_group_is_found_among_those_that_begin_with_its_name_however_many_they_are(client):
    for index in range(60):
        client.create_log_group(logGroupName=f"/a{index:02d}")
    client.create_log_group(logGroupName="/a")
    client.create_log_group(logGroupName="/a99")

    ages = [datetime.now(UTC) - logs.log_group_created_at(client, name) for name in ("/a", "/a99")]

    assert all(timedelta(0) <= age < timedelta(minutes=5) for age in ages)


def test_when_a_log_group_was_created_is_told_to_the_millisecond(client, stub):
    group = {"logGroupName": "/a", "creationTime": 1_790_780_400_123}
    stub.add_response("describe_log_groups", {"logGroups": [group]}, {"logGroupNamePrefix": "/a"})

    created_at = logs.log_group_created_at(client, "/a")

    assert created_at == datetime(2026, 9, 30, 15, 0, 0, 123_000, tzinfo=UTC)


@pytest.mark.parametrize("name", ["/a", "/aw", "/aws/lambda", "/aws/lambda/orders-v2", "aws/lambda/orders"])
def test_a_log_group_is_not_mistaken_for_another_with_the_same_beginning(name, client):
    client.create_log_group(logGroupName="/aws/lambda/orders")

    with pytest.raises(LogGroupNotFound, match=name):
        logs.log_group_created_at(client, name)


def create(client) -> str:
    return logs.create_export_task(
        client,
        name="stepkeeper 2026-10 /a",
        log_group="/a",
        from_ms=1_790_780_400_000,
        to_ms=1_793_458_800_000,
        bucket="stepkeeper-exports",
        destination_prefix="exports/a/2026-10/20261102T120000Z",
    )


def test_an_export_is_started_for_exactly_the_period_and_the_place_it_was_given(client, stub):
    stub.add_response(
        "create_export_task",
        {"taskId": "cda45419"},
        {
            "taskName": "stepkeeper 2026-10 /a",
            "logGroupName": "/a",
            "fromTime": 1_790_780_400_000,
            "to": 1_793_458_800_000,
            "destination": "stepkeeper-exports",
            "destinationPrefix": "exports/a/2026-10/20261102T120000Z",
        },
    )

    assert create(client) == "cda45419"


def test_the_error_of_a_busy_account_has_the_name_that_the_state_machine_waits_for(client, stub):
    stub.add_client_error("create_export_task", "LimitExceededException", "Resource limit exceeded.", 400)

    with pytest.raises(client.exceptions.LimitExceededException) as busy:
        create(client)

    assert type(busy.value).__name__ == "LimitExceededException"


def test_active_tasks_are_those_waiting_and_those_running_on_all_pages(client, stub):
    waiting = TASK | {"taskId": "1", "status": {"code": "PENDING"}}
    running = [TASK | {"taskId": "2"}, TASK | {"taskId": "3"}]
    stub.add_response("describe_export_tasks", {"exportTasks": [waiting]}, {"statusCode": "PENDING"})
    stub.add_response(
        "describe_export_tasks",
        {"exportTasks": running[:1], "nextToken": "more"},
        {"statusCode": "RUNNING"},
    )
    stub.add_response(
        "describe_export_tasks",
        {"exportTasks": running[1:]},
        {"statusCode": "RUNNING", "nextToken": "more"},
    )

    active = logs.active_export_tasks(client)

    assert [(task.id, task.status) for task in active] == [
        ("1", "PENDING"),
        ("2", "RUNNING"),
        ("3", "RUNNING"),
    ]


def test_the_task_of_somebody_who_gave_it_no_name_and_no_prefix_can_be_read_too(client, stub):
    bare = {key: TASK[key] for key in ("taskId", "logGroupName", "from", "to", "status")}
    stub.add_response("describe_export_tasks", {"exportTasks": []}, {"statusCode": "PENDING"})
    stub.add_response("describe_export_tasks", {"exportTasks": [bare]}, {"statusCode": "RUNNING"})

    active = logs.active_export_tasks(client)

    assert [(task.name, task.destination_prefix) for task in active] == [("", "")]


def test_a_task_is_told_as_cloudwatch_logs_knows_it(client, stub):
    stub.add_response("describe_export_tasks", {"exportTasks": [TASK]}, {"taskId": TASK["taskId"]})

    task = logs.describe_export_task(client, TASK["taskId"])

    assert task == ExportTask(
        id=TASK["taskId"],
        name="stepkeeper 2026-10 /a",
        log_group="/a",
        status="RUNNING",
        message="Started",
        destination_prefix="exports/a/2026-10/20261102T120000Z",
        from_ms=1_790_780_400_000,
        to_ms=1_793_458_800_000,
    )


def test_an_unknown_task_is_an_error(client):
    with pytest.raises(ExportTaskNotFound, match="cda45419"):
        logs.describe_export_task(client, "cda45419")


def test_a_task_that_is_no_longer_listed_is_an_error(client, stub):
    stub.add_response("describe_export_tasks", {"exportTasks": []}, {"taskId": "cda45419"})

    with pytest.raises(ExportTaskNotFound, match="cda45419"):
        logs.describe_export_task(client, "cda45419")
