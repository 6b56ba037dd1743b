"""CloudWatch Logs: log groups and export tasks. What moto does not know is answered as the API would."""

from datetime import UTC, datetime, timedelta

import pytest
from botocore.stub import Stubber

from stepkeeper.aws import logs
from stepkeeper.domain.export_task import ExportTask
from stepkeeper.domain.ledger import Attempt
from stepkeeper.domain.log_group import LogGroup
from stepkeeper.domain.period import milliseconds
from stepkeeper.errors import ExportTaskNotFound

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
ATTEMPT = Attempt("stepkeeper 2026-10 /a", "standard/exports/a/2026-10/20261102T120000.000000Z", NOON)
TASK = {
    "taskId": "cda45419-90ea-4db5-9833-aade86253e66",
    "taskName": ATTEMPT.name,
    "logGroupName": "/a",
    "from": 1_790_780_400_000,
    "to": 1_793_458_799_999,
    "destination": "stepkeeper-exports",
    "destinationPrefix": ATTEMPT.prefix,
    "status": {"code": "RUNNING", "message": "Started"},
    "executionInfo": {"creationTime": milliseconds(NOON)},
}


@pytest.fixture
def client(aws):
    return aws.client("logs")


@pytest.fixture
def stub(client):
    with Stubber(client) as stub:
        yield stub
        stub.assert_no_pending_responses()


def test_all_log_groups_are_found_however_many_they_are(client):
    names = [f"/a{index:03d}" for index in range(120)]
    for name in names:
        client.create_log_group(logGroupName=name)

    assert sorted(group.name for group in logs.log_groups(client)) == names


def test_a_log_group_is_told_as_cloudwatch_logs_knows_it(client, stub):
    group = {"logGroupName": "/a", "creationTime": 1_790_780_400_123, "retentionInDays": 30, "storedBytes": 7}
    stub.add_response("describe_log_groups", {"logGroups": [group]}, {})

    assert logs.log_groups(client) == [
        LogGroup("/a", datetime(2026, 9, 30, 15, 0, 0, 123_000, tzinfo=UTC), 30, 7)
    ]


def test_a_log_group_whose_events_never_expire_and_of_which_nothing_is_counted_yet_is_found_too(client, stub):
    stub.add_response("describe_log_groups", {"logGroups": [{"logGroupName": "/a", "creationTime": 0}]}, {})

    (group,) = logs.log_groups(client)

    assert (group.retention_days, group.stored_bytes) == (None, 0)


def test_where_there_are_no_log_groups_none_are_found(client):
    assert logs.log_groups(client) == []


def test_a_retention_is_set(client):
    client.create_log_group(logGroupName="/a")

    logs.set_retention(client, "/a", days=90)

    assert [group.retention_days for group in logs.log_groups(client)] == [90]


def create(client) -> str:
    return logs.create_export_task(
        client,
        log_group="/a",
        from_ms=1_790_780_400_000,
        to_ms=1_793_458_800_000,
        bucket="stepkeeper-exports",
        attempt=ATTEMPT,
    )


def test_an_export_ends_a_millisecond_before_the_next_begins_for_both_its_ends_are_exported(client, stub):
    stub.add_response(
        "create_export_task",
        {"taskId": "cda45419"},
        {
            "taskName": ATTEMPT.name,
            "logGroupName": "/a",
            "fromTime": 1_790_780_400_000,
            "to": 1_793_458_799_999,
            "destination": "stepkeeper-exports",
            "destinationPrefix": ATTEMPT.prefix,
        },
    )

    assert create(client) == "cda45419"


def test_the_error_of_a_busy_account_has_the_name_that_the_state_machine_waits_for(client, stub):
    stub.add_client_error("create_export_task", "LimitExceededException", "Resource limit exceeded.", 400)

    with pytest.raises(client.exceptions.LimitExceededException) as busy:
        create(client)

    assert type(busy.value).__name__ == "LimitExceededException"


def task(number: int, created_at: datetime = NOON, status: str = "COMPLETED") -> dict:
    times = {"creationTime": milliseconds(created_at)}
    return TASK | {"taskId": str(number), "status": {"code": status}, "executionInfo": times}


def test_tasks_are_found_on_all_pages_whatever_became_of_them(client, stub):
    stub.add_response(
        "describe_export_tasks",
        {"exportTasks": [task(1, status="RUNNING"), task(2, status="CANCELLED")], "nextToken": "more"},
        {},
    )
    stub.add_response("describe_export_tasks", {"exportTasks": [task(3)]}, {"nextToken": "more"})

    found = [(each.id, each.status) for each in logs.export_tasks(client)]

    assert found == [("1", "RUNNING"), ("2", "CANCELLED"), ("3", "COMPLETED")]


def test_what_was_created_before_is_not_looked_at_nor_the_pages_with_it(client, stub):
    since = NOON - timedelta(minutes=15)
    tasks = [task(1), task(2, since), task(3, since - timedelta(milliseconds=1))]
    stub.add_response("describe_export_tasks", {"exportTasks": tasks, "nextToken": "more"}, {})

    assert [each.id for each in logs.export_tasks(client, since=since)] == ["1", "2"]


def test_a_task_that_has_no_time_yet_hides_none_that_comes_after_it(client, stub):
    waiting = {key: TASK[key] for key in TASK if key != "executionInfo"} | {"status": {"code": "PENDING"}}
    stub.add_response("describe_export_tasks", {"exportTasks": [waiting, task(2)]}, {})

    found = [each.id for each in logs.export_tasks(client, since=NOON)]

    assert found == [TASK["taskId"], "2"]


def test_the_task_of_somebody_who_gave_it_no_name_and_no_prefix_can_be_read_too(client, stub):
    bare = {key: TASK[key] for key in ("taskId", "logGroupName", "from", "to", "status")}
    stub.add_response("describe_export_tasks", {"exportTasks": [bare]}, {})

    (found,) = logs.export_tasks(client)

    assert (found.name, found.prefix, found.bucket, found.ended_at) == ("", "", "", None)


def test_a_task_is_told_as_cloudwatch_logs_knows_it(client, stub):
    ended = TASK["executionInfo"] | {"completionTime": milliseconds(NOON) + 1500}
    answer = {"exportTasks": [TASK | {"executionInfo": ended}]}
    stub.add_response("describe_export_tasks", answer, {"taskId": TASK["taskId"]})

    assert logs.describe_export_task(client, TASK["taskId"]) == ExportTask(
        id=TASK["taskId"],
        name=ATTEMPT.name,
        log_group="/a",
        status="RUNNING",
        message="Started",
        bucket="stepkeeper-exports",
        prefix=ATTEMPT.prefix,
        created_at=NOON,
        ended_at=NOON + timedelta(milliseconds=1500),
    )


def test_a_task_that_has_not_ended_has_no_end(client, stub):
    stub.add_response("describe_export_tasks", {"exportTasks": [TASK]}, {"taskId": TASK["taskId"]})

    assert logs.describe_export_task(client, TASK["taskId"]).ended_at is None


def test_an_unknown_task_is_an_error(client):
    with pytest.raises(ExportTaskNotFound, match="cda45419"):
        logs.describe_export_task(client, "cda45419")


def test_a_task_that_is_no_longer_listed_is_an_error(client, stub):
    stub.add_response("describe_export_tasks", {"exportTasks": []}, {"taskId": "cda45419"})

    with pytest.raises(ExportTaskNotFound, match="cda45419"):
        logs.describe_export_task(client, "cda45419")
