"""Step Functions lists executions and their histories, page by page."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest

from tests.simulated.simulation import Simulation


@pytest.fixture
def client(simulation: Simulation) -> Any:
    return simulation.client("stepfunctions")


@pytest.fixture
def machine(simulation: Simulation) -> str:
    return simulation.world.step_functions.add_machine()


def test_executions_are_listed_by_what_happened_to_them_last(simulation, client, machine):
    arns = {name: simulation.start(machine, name) for name in ("a", "b", "c", "d")}
    for name in ("c", "a"):
        simulation.world.clock.move(timedelta(minutes=1))
        simulation.world.step_functions.end(arns[name], "FAILED")
    simulation.world.clock.move(timedelta(minutes=1))
    client.redrive_execution(executionArn=arns["c"])

    pages = client.get_paginator("list_executions").paginate(
        stateMachineArn=machine, PaginationConfig={"PageSize": 1}
    )
    running = client.list_executions(stateMachineArn=machine, statusFilter="RUNNING")

    assert [page["executions"][0]["name"] for page in pages] == ["c", "a", "d", "b"]
    assert [each["name"] for each in running["executions"]] == ["c", "d", "b"]


@pytest.mark.parametrize("state_type", ["Task", "Fail"])
def test_the_history_tells_the_last_state(state_type, simulation, client, machine):
    arn = simulation.start(machine, "r1")
    simulation.world.step_functions.end(arn, "FAILED", state="Encode", state_type=state_type)

    events = client.get_execution_history(executionArn=arn, reverseOrder=True, includeExecutionData=False)

    entered = next(each for each in events["events"] if "stateEnteredEventDetails" in each)
    assert (entered["type"], entered["stateEnteredEventDetails"]) == (
        f"{state_type}StateEntered", {"name": "Encode"},
    )  # fmt: skip


def test_pages_may_be_short_and_miss_nothing(simulation, client, machine):
    simulation.world.step_functions.short_pages = Random(1)  # noqa: S311 - it guards nothing
    names = [f"r{number}" for number in range(20)]
    for name in names:
        simulation.start(machine, name)

    pages = list(client.get_paginator("list_executions").paginate(stateMachineArn=machine))

    assert [item["name"] for page in pages for item in page["executions"]] == names[::-1]
    assert len(pages) > 1


def test_an_express_machine_keeps_no_list(simulation, client):
    express = simulation.world.step_functions.add_machine("express", type="EXPRESS")
    started = client.start_execution(stateMachineArn=express, name="r1")

    with pytest.raises(client.exceptions.StateMachineTypeNotSupported):
        client.list_executions(stateMachineArn=express)

    assert ":express:express:r1:" in started["executionArn"]
