"""The stand-in for export tasks keeps CloudWatch Logs' rules, on an account of its own."""

import gzip
from collections.abc import Iterator
from typing import Any

import pytest

from local.embedded_aws import EmbeddedAws, EmbeddedAwsError
from tests.local.exporting import (
    AUGUST,
    ENDED,
    JULY,
    Logs,
    bucket_policy,
    epoch_ms,
    new_logs,
    set_policy,
)
from tests.local.support import Role, error_code, poll


@pytest.fixture
def logs(embedded: EmbeddedAws) -> Iterator[Logs]:
    embedded.control("export-tasks", seconds=0.3)
    with new_logs(embedded) as made:
        yield made


def test_a_task_goes_from_pending_over_running_to_completed(logs: Logs) -> None:
    task_id, seen = logs.export(taskName="july"), []

    def ended() -> bool:
        seen.append(logs.status(task_id))
        return seen[-1] in ENDED

    poll(ended)

    task = logs.task(task_id)
    assert list(dict.fromkeys(seen)) == ["PENDING", "RUNNING", "COMPLETED"]
    assert task["taskName"] == "july"
    assert (task["from"], task["to"]) == (epoch_ms(JULY), epoch_ms(AUGUST) - 1)
    assert task["executionInfo"]["creationTime"] < task["executionInfo"]["completionTime"]


def test_a_task_writes_what_lies_in_its_time_as_gzip_under_its_prefix(logs: Logs) -> None:
    logs.ended(logs.export(destinationPrefix="logs/july"))

    objects = logs.objects()

    assert objects.pop("logs/july/aws-logs-write-test") == b"Permission Check Successful"
    ((key, content),) = objects.items()
    prefix, year, folder, stream, number = key.split("/")
    assert (f"{prefix}/{year}", stream, number) == ("logs/july", "2026-07-[1]a", "000000.gz")
    assert len(folder) == 36
    assert gzip.decompress(content).decode().splitlines() == [
        "2026-07-01T00:00:00.000Z first of July",
        "2026-07-31T23:59:59.999Z last of July",
    ]


def test_without_a_prefix_it_is_exportedlogs(logs: Logs) -> None:
    logs.ended(logs.export())

    assert all(key.startswith("exportedlogs/") for key in logs.objects())


def test_nothing_to_export_leaves_the_test_object_alone(logs: Logs) -> None:
    status = logs.ended(logs.export(logStreamNamePrefix="no-such-stream"))

    assert status == "COMPLETED"
    assert list(logs.objects()) == ["exportedlogs/aws-logs-write-test"]


def test_a_second_task_is_refused_while_one_is_active_and_taken_afterwards(logs: Logs) -> None:
    first = logs.export()
    refused = logs.refusal()
    logs.ended(first)

    second = logs.export()

    assert refused == "LimitExceededException"
    assert second != first


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"logGroupName": "/no/such/group"}, "ResourceNotFoundException"),
        ({"fromTime": epoch_ms(AUGUST)}, "InvalidParameterException"),
        ({"fromTime": 0, "to": epoch_ms(JULY) - 1}, "InvalidParameterException"),
        ({"destination": "no-such-bucket"}, "InvalidParameterException"),
    ],
    ids=["no such group", "ends before it starts", "ends before the group was created", "no such bucket"],
)
def test_a_request_that_cannot_be_met_is_refused(logs: Logs, changes: dict[str, Any], code: str) -> None:
    refused = logs.refusal(**changes)

    assert refused == code
    assert logs.objects() == {}


def test_a_task_may_end_at_the_moment_its_group_was_created(logs: Logs) -> None:
    assert logs.refusal(to=epoch_ms(JULY)) is None


@pytest.mark.parametrize(
    "spoil",
    [
        lambda policy: policy["Statement"].pop(0),
        lambda policy: policy["Statement"].pop(1),
        lambda policy: policy["Statement"][1].update(Principal={"Service": "logs.us-east-1.amazonaws.com"}),
        lambda policy: _source_account_of(policy, "111122223333"),
        lambda policy: policy["Statement"][1].update(Resource="arn:aws:s3:::another/*"),
    ],
    ids=["no GetBucketAcl", "no PutObject", "another Region's service", "another account", "another bucket"],
)
def test_a_bucket_that_does_not_let_cloudwatch_logs_write_is_refused(logs: Logs, spoil: Any) -> None:
    policy = bucket_policy(logs)
    spoil(policy)
    set_policy(logs, policy)

    assert logs.refusal() == "InvalidParameterException"


def test_a_cancelled_task_ends_cancelled_and_writes_nothing(logs: Logs) -> None:
    logs.aws.control("export-tasks", seconds=30)
    task_id = logs.export()

    logs.client.cancel_export_task(taskId=task_id)

    assert logs.ended(task_id) == "CANCELLED"
    assert list(logs.objects()) == ["exportedlogs/aws-logs-write-test"]


def test_only_an_active_task_can_be_cancelled(logs: Logs) -> None:
    task_id = logs.export()
    logs.ended(task_id)

    finished = error_code(lambda: logs.client.cancel_export_task(taskId=task_id))
    unknown = error_code(lambda: logs.client.cancel_export_task(taskId="no-such-task"))

    assert finished == "InvalidOperationException"
    assert unknown == "ResourceNotFoundException"


def test_the_stage_can_be_set_for_one_task_to_fail(logs: Logs) -> None:
    logs.aws.control("export-tasks", next="FAILED")

    failed = logs.ended(logs.export())
    after = logs.ended(logs.export())

    assert (failed, after) == ("FAILED", "COMPLETED")


def test_a_stage_that_nobody_knows_is_refused(embedded: EmbeddedAws) -> None:
    with pytest.raises(EmbeddedAwsError, match="LOST"):
        embedded.control("export-tasks", next="LOST")


def test_tasks_are_listed_newest_first_by_pages_and_by_status(logs: Logs) -> None:
    first = logs.export()
    logs.ended(first)
    second = logs.export()
    logs.ended(second)

    page = logs.client.describe_export_tasks(limit=1, statusCode="COMPLETED")
    rest = logs.client.describe_export_tasks(limit=1, statusCode="COMPLETED", nextToken=page["nextToken"])

    assert [page["exportTasks"][0]["taskId"], rest["exportTasks"][0]["taskId"]] == [second, first]
    assert error_code(lambda: logs.client.describe_export_tasks(nextToken="?")) == "InvalidParameterException"


def test_only_who_may_create_export_tasks_creates_one(logs: Logs) -> None:
    role = Role(logs.aws)
    role.may({"Action": "logs:DescribeExportTasks", "Resource": "*"})
    acting = role.client("logs")

    created = error_code(lambda: acting.create_export_task(**logs.request()))
    described = error_code(acting.describe_export_tasks)

    assert created == "AccessDeniedException"
    assert described is None


def test_ministack_alone_has_no_export_tasks(bare: EmbeddedAws) -> None:
    assert error_code(bare.client("logs").describe_export_tasks) == "InvalidOperationException"


def _source_account_of(policy: dict[str, Any], account: str) -> None:
    policy["Statement"][0]["Condition"]["StringEquals"]["aws:SourceAccount"] = [account]
