"""Export tasks go on by the simulation's clock, and write what lies in their time."""

import gzip
from datetime import timedelta

import pytest
from botocore.exceptions import ConnectionClosedError

from tests.simulated.export_runs import Course
from tests.simulated.exporting import PREFIX, add_july, july, ms
from tests.simulated.simulation import Simulation
from tests.wire import Crash

HOUR = timedelta(hours=1)


@pytest.fixture(params=[False, True], ids=["", "hurried"])
def simulation(request, aws, monkeypatch):
    made = Simulation(aws.wire, monkeypatch, hurried=request.param)
    add_july(made)
    return made


@pytest.fixture
def client(simulation):
    return simulation.client("logs")


def task(client, task_id):
    (found,) = client.describe_export_tasks(taskId=task_id)["exportTasks"]
    return found


def status(client, task_id):
    return task(client, task_id)["status"]["code"]


def test_a_task_is_pending_then_running_then_completed(client, simulation):
    clock = simulation.world.clock
    simulation.world.logs.tasks_take = 3 * HOUR
    began = clock.stamp
    task_id = client.create_export_task(**july())["taskId"]

    seen = []
    for _ in range(4):
        seen.append(status(client, task_id))
        clock.move(HOUR)

    assert seen == ["PENDING", "RUNNING", "RUNNING", "COMPLETED"]
    found = task(client, task_id)
    assert found["executionInfo"] == {"creationTime": ms(began), "completionTime": ms(began + 3 * HOUR)}
    assert (found["taskName"], found["destinationPrefix"]) == ("stepkeeper 2026-07", PREFIX)
    assert (found["from"], found["to"]) == (july()["fromTime"], july()["to"])


def test_both_ends_of_its_time_are_exported_and_nothing_beyond(client, simulation):
    world = simulation.world
    client.create_export_task(**july())
    assert list(world.s3.objects) == [f"{PREFIX}/aws-logs-write-test"]

    world.clock.move(HOUR)

    exported = {key.split("/")[-2]: content for key, content in world.s3.objects.items() if key[-3:] == ".gz"}
    assert {name: gzip.decompress(content).decode().splitlines() for name, content in exported.items()} == {
        "2026-[1]a": ["2026-07-01T00:00:00.000Z first of July", "2026-07-31T23:59:59.999Z last of July"],
        "2026-[1]b": ["2026-07-01T00:00:00.000Z another stream"],
    }


def test_nothing_to_export_leaves_the_test_object_alone(client, simulation):
    client.create_export_task(**july(fromTime=july()["to"] + 2, to=july()["to"] + 3))

    simulation.world.clock.move(HOUR)

    assert list(simulation.world.s3.objects) == [f"{PREFIX}/aws-logs-write-test"]


def test_there_is_one_slot(client, simulation):
    simulation.world.logs.tasks_take = HOUR
    client.create_export_task(**july())

    with pytest.raises(client.exceptions.LimitExceededException):
        client.create_export_task(**july())
    simulation.world.clock.move(HOUR)

    assert client.create_export_task(**july())["taskId"]


def test_somebody_else_may_have_the_slot(client, simulation):
    world = simulation.world
    world.logs.add_group("/of/others", world.clock.stamp)
    theirs = world.logs.start("/of/others", 0, ms(world.clock.stamp))

    with pytest.raises(client.exceptions.LimitExceededException):
        client.create_export_task(**july())

    assert status(client, theirs) == "PENDING"


def test_each_task_goes_as_the_test_says(client, simulation):
    world = simulation.world
    courses = iter([(HOUR, "FAILED", "no luck"), Course(HOUR, "FAILED", share=0.5), Course(HOUR)])
    world.logs.tasks_take = lambda _task: next(courses)
    counts = []
    for number in range(3):
        client.create_export_task(**july(destinationPrefix=str(number)))
        world.clock.move(HOUR)
        counts.append(len([key for key in world.s3.objects if key.startswith(f"{number}/")]) - 1)

    assert [each.status for each in world.logs.tasks] == ["FAILED", "FAILED", "COMPLETED"]
    assert world.logs.tasks[0].message == "no luck"
    assert counts == [0, 1, 2]


def test_a_task_that_is_cancelled_writes_nothing(client, simulation):
    task_id = client.create_export_task(**july())["taskId"]

    client.cancel_export_task(taskId=task_id)

    simulation.world.clock.move(HOUR)
    assert status(client, task_id) == "CANCELLED"
    assert len(simulation.world.s3.objects) == 1
    with pytest.raises(client.exceptions.InvalidOperationException):
        client.cancel_export_task(taskId=task_id)


def test_tasks_are_listed_newest_first_page_by_page(client, simulation):
    ids = []
    for _ in range(120):
        ids.append(client.create_export_task(**july())["taskId"])
        simulation.world.clock.move(HOUR)

    pages = list(client.get_paginator("describe_export_tasks").paginate())
    done = list(client.get_paginator("describe_export_tasks").paginate(statusCode="COMPLETED"))

    assert [len(page["exportTasks"]) for page in pages] == [50, 50, 20]
    for list_ in (pages, done):
        assert [each["taskId"] for page in list_ for each in page["exportTasks"]] == ids[::-1]
    assert client.describe_export_tasks(statusCode="RUNNING")["exportTasks"] == []


def test_a_task_may_be_forgotten(client, simulation):
    task_id = client.create_export_task(**july())["taskId"]
    simulation.world.clock.move(HOUR)

    simulation.world.logs.forget(task_id)

    assert client.describe_export_tasks(taskId=task_id)["exportTasks"] == []


@pytest.mark.parametrize("how", ["crash before", "crash after", "answer lost"])
def test_a_call_that_breaks_off_started_a_task_or_not(how, client, simulation):
    with simulation.wire.breaking(0, how), pytest.raises((Crash, ConnectionClosedError)):
        client.create_export_task(**july())

    assert len(simulation.world.logs.tasks) == (how != "crash before")
