"""A state machine that exports logs waits for the one slot by the clock that its tasks go by."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.walking.definitions import DONE, calling, machine_of

NOVEMBER = datetime(2026, 11, 1, tzinfo=UTC)
STARTED = {
    "Retry": [
        {
            "ErrorEquals": ["LimitExceededException"],
            "IntervalSeconds": 60,
            "BackoffRate": 1.5,
            "MaxDelaySeconds": 4500,
            "JitterStrategy": "FULL",
            "MaxAttempts": 60,
        }
    ],
    "Next": "Wait",
}
CHECKED = {
    "Type": "Choice",
    "Choices": [{"Condition": "{% $states.input.status = 'COMPLETED' %}", "Next": "Done"}],
    "Default": "Wait",
}
EXPORT = machine_of(
    ("Start", calling("LogExporterFunction", **STARTED)),
    ("Wait", {"Type": "Wait", "Seconds": 600, "Next": "Check"}),
    ("Check", calling("LogExporterFunction", Next="Is it complete?")),
    ("Is it complete?", CHECKED),
    ("Done", DONE),
)


def ms(moment):
    return round(moment.timestamp() * 1000)


@pytest.fixture
def export(simulation, walker):
    """The machine, and a handler that starts a task or looks at it."""
    client = simulation.client("logs")

    def handler(event):
        if "task" in event:
            (found,) = client.describe_export_tasks(taskId=event["task"])["exportTasks"]
            return {**event, "status": found["status"]["code"]}
        task = client.create_export_task(
            logGroupName="/a",
            fromTime=ms(NOVEMBER),
            to=ms(NOVEMBER + timedelta(days=1)) - 1,
            destination=simulation.world.s3.bucket,
            destinationPrefix=event["prefix"],
        )
        return {"task": task["taskId"]}

    walker.stand_ins["log_exporter"] = handler
    simulation.world.logs.add_group("/a", NOVEMBER)
    simulation.world.logs.put("/a", "s", [{"timestamp": ms(NOVEMBER), "message": "hello"}])
    return walker.add_definition(EXPORT, "export")


def test_two_runs_and_somebody_else_take_the_slot_in_turn(export, simulation, walker):
    logs, clock = simulation.world.logs, simulation.world.clock
    logs.tasks_take = timedelta(hours=1)
    logs.start("/a", ms(NOVEMBER), ms(NOVEMBER) + 1)
    runs = [walker.start(export, name, {"prefix": name}) for name in ("r1", "r2")]
    began = clock.stamp

    walker.walk_all()

    assert {run.execution.status for run in runs} == {"SUCCEEDED"}
    assert [task.status for task in logs.tasks] == ["COMPLETED"] * 3
    assert clock.stamp - began > timedelta(hours=3)
    assert sum(key.endswith(".gz") for key in simulation.world.s3.objects) == 3


def test_a_task_of_somebody_else_comes_in_between(export, simulation, walker):
    logs, clock = simulation.world.logs, simulation.world.clock
    logs.tasks_take = lambda task: (timedelta(hours=1 if task.prefix == "r1" else 9), "COMPLETED", None)
    first = walker.start(export, "r1", {"prefix": "r1"})
    walker.at(clock.stamp + timedelta(minutes=61), lambda: logs.start("/a", 0, ms(NOVEMBER)))
    walker.at(clock.stamp + timedelta(minutes=62), lambda: walker.start(export, "r2", {"prefix": "r1"}))

    walker.walk_all()

    second = walker.walks[first.execution.arn.replace(":r1", ":r2")]
    assert second.record.transitions > first.record.transitions
    assert [task.prefix for task in logs.tasks] == ["r1", "of-somebody-else", "r1"]
