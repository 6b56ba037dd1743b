"""What the stage can be set for of export tasks and log groups."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.embedded_aws import EmbeddedAws, EmbeddedAwsError
from tests.local.exporting import AUGUST, Logs, new_logs
from tests.local.support import Role, error_code, new_name


@pytest.fixture
def logs(embedded: EmbeddedAws) -> Iterator[Logs]:
    embedded.control("export-tasks", seconds=0.3, plan=[])
    with new_logs(embedded) as made:
        yield made
    embedded.control("export-tasks", plan=[])


def test_the_next_tasks_go_as_planned_and_those_after_them_as_always(logs: Logs) -> None:
    plan = [{"status": "FAILED", "message": "Too large."}, {"status": "CANCELLED"}, {"status": "COMPLETED"}]
    logs.aws.control("export-tasks", plan=plan)

    ends = []
    for _ in range(4):
        task_id = logs.export()
        logs.ended(task_id)
        ends.append(logs.task(task_id)["status"])

    assert ends == [
        {"code": "FAILED", "message": "Too large."},
        {"code": "CANCELLED", "message": "Cancelled by request"},
        {"code": "COMPLETED", "message": "Completed successfully"},
        {"code": "COMPLETED", "message": "Completed successfully"},
    ]


def test_a_task_takes_as_long_as_it_is_planned_to(logs: Logs) -> None:
    logs.aws.control("export-tasks", seconds=600, plan=[{"seconds": 0.1}])

    assert logs.ended(logs.export()) == "COMPLETED"


def test_a_failed_task_leaves_some_of_its_objects_behind(logs: Logs) -> None:
    for stream in ("b", "c"):
        logs.put(stream, AUGUST - timedelta(days=1), "in July")
    logs.aws.control("export-tasks", plan=[{"status": "FAILED"}])

    logs.ended(logs.export(destinationPrefix="failed"))
    logs.ended(logs.export(destinationPrefix="completed"))

    keys = [key.split("/")[0] for key in logs.objects() if key.endswith(".gz")]
    assert (keys.count("failed"), keys.count("completed")) == (2, 3)


def test_the_answer_to_a_request_can_be_lost_although_the_task_is_there(logs: Logs) -> None:
    logs.aws.control("export-tasks", plan=[{"answer": "lost"}])
    role = Role(logs.aws)
    role.may({"Action": "logs:CreateExportTask", "Resource": "*"})
    patient, once = logs.client, role.client("logs")
    name = new_name("task")

    answered = error_code(lambda: once.create_export_task(**logs.request(taskName=name)))
    asked_again = error_code(lambda: once.create_export_task(**logs.request(taskName=name)))

    tasks = [task for task in patient.describe_export_tasks()["exportTasks"] if task.get("taskName") == name]
    assert (answered, asked_again, len(tasks)) == ("InternalFailure", "LimitExceededException", 1)
    assert logs.ended(tasks[0]["taskId"]) == "COMPLETED"


def test_a_request_can_fail_within_aws_before_there_is_a_task(logs: Logs) -> None:
    logs.aws.control("export-tasks", plan=[{"answer": "refused"}])
    role, name = Role(logs.aws), new_name("task")
    role.may({"Action": "logs:CreateExportTask", "Resource": "*"})
    once = role.client("logs")

    answered = error_code(lambda: once.create_export_task(**logs.request(taskName=name)))
    none = [
        task for task in logs.client.describe_export_tasks()["exportTasks"] if task.get("taskName") == name
    ]
    asked_again = error_code(lambda: once.create_export_task(**logs.request(taskName=name)))

    assert (answered, none, asked_again) == ("InternalFailure", [], None)


def test_a_task_can_be_said_to_have_taken_a_whole_day(logs: Logs) -> None:
    logs.aws.control("export-tasks", plan=[{"status": "FAILED", "message": "Timed out", "took_hours": 24}])

    task_id = logs.export()
    running = logs.task(task_id)["executionInfo"]
    logs.ended(task_id)

    times = logs.task(task_id)["executionInfo"]
    assert running == {"creationTime": times["creationTime"]}
    took = timedelta(milliseconds=times["completionTime"] - times["creationTime"])
    assert timedelta(hours=24) <= took < timedelta(hours=24, minutes=1)


def test_a_new_plan_takes_the_place_of_the_last(logs: Logs) -> None:
    logs.aws.control("export-tasks", plan=[{"status": "FAILED"}, {"status": "FAILED"}])

    told = logs.aws.control("export-tasks", plan=[])

    assert told == {"seconds": 0.3, "plan": []}
    assert logs.ended(logs.export()) == "COMPLETED"


@pytest.mark.parametrize(
    ("planned", "said"),
    [
        ({"status": "RUNNING"}, "COMPLETED, FAILED, CANCELLED"),
        ({"answer": "late"}, "given, lost, refused"),
        ({"secondes": 1}, "secondes"),
        ({"seconds": -1}, "seconds"),
        ({"took_hours": "24"}, "took_hours"),
    ],
    ids=["an end", "an answer", "a word", "less than no time", "hours that are no number"],
)
def test_a_plan_that_nobody_knows_is_refused_and_changes_nothing(
    logs: Logs, planned: dict[str, Any], said: str
) -> None:
    with pytest.raises(EmbeddedAwsError, match=said):
        logs.aws.control("export-tasks", seconds=9, plan=[{}, planned])

    assert logs.aws.control("export-tasks") == {"seconds": 0.3, "plan": []}


def test_a_log_group_stores_as_much_as_the_stage_says(logs: Logs) -> None:
    def stored() -> int:
        (listed,) = logs.client.describe_log_groups(logGroupNamePrefix=logs.group)["logGroups"]
        return int(listed["storedBytes"])

    before = stored()
    logs.aws.control("log-group", name=logs.group, stored_bytes=2 * 10**12)

    assert before == sum(map(len, ("June", "first of July", "last of July", "August")))
    assert stored() == 2 * 10**12


def test_what_the_stage_says_of_a_log_group_leaves_the_rest_of_it(logs: Logs) -> None:
    created = datetime(2020, 1, 1, tzinfo=UTC)

    logs.aws.age_log_group(logs.group, created=created)
    told = logs.aws.control("log-group", name=logs.group, stored_bytes=5)

    expected = {
        "name": logs.group,
        "creation_time_ms": int(created.timestamp() * 1000),
        "stored_bytes": 5,
    }
    assert told == expected
