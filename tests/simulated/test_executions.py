"""Executions are started, redriven and told of as Step Functions does."""

import json
from datetime import timedelta
from typing import Any

import pytest

from stepkeeper.status_change import ExecutionStatusChange
from tests.simulated.notices import SHOWN_BYTES, status_change
from tests.simulated.simulation import Simulation


@pytest.fixture
def client(simulation: Simulation) -> Any:
    return simulation.client("stepfunctions")


@pytest.fixture
def machine(simulation: Simulation) -> str:
    return simulation.world.step_functions.add_machine()


def failed(simulation: Simulation, machine: str, name: str = "r1", **how: Any) -> str:
    arn = simulation.start(machine, name)
    simulation.world.step_functions.end(arn, "FAILED", **how)
    return arn


def test_a_start_that_is_repeated_while_the_run_goes_on_is_answered_the_same(simulation, client, machine):
    sent = {"stateMachineArn": machine, "name": "r1", "input": '{"key": 1}'}
    first = client.start_execution(**sent)
    simulation.world.clock.move(timedelta(minutes=1))

    again = client.start_execution(**sent)

    assert (again["executionArn"], again["startDate"]) == (first["executionArn"], first["startDate"])
    assert [(run.by, run.name, run.input) for run in simulation.world.step_functions.runs] == [
        ("start", "r1", '{"key": 1}')
    ]


@pytest.mark.parametrize(
    ("days", "exists"), [(0, True), (90, True), (91, False)], ids=lambda value: str(value)
)
def test_a_name_is_free_again_after_ninety_days(days, exists, simulation, client, machine):
    failed(simulation, machine)
    simulation.world.clock.move(timedelta(days=days))

    try:
        client.start_execution(stateMachineArn=machine, name="r1")
        found = False
    except client.exceptions.ExecutionAlreadyExists:
        found = True

    assert found is exists


def test_the_revision_of_a_run_stays_when_its_machine_gets_another(simulation, client, machine):
    old = simulation.start(machine, "old")
    simulation.world.clock.move(timedelta(hours=1))
    simulation.world.step_functions.update_machine(machine)
    new = simulation.start(machine, "new")

    now = client.describe_state_machine(stateMachineArn=machine)
    of_old = client.describe_state_machine_for_execution(executionArn=old)
    of_new = client.describe_state_machine_for_execution(executionArn=new)

    assert "revisionId" not in of_old
    assert of_new["revisionId"] == now["revisionId"]
    assert of_new["updateDate"] - of_old["updateDate"] == timedelta(days=1, hours=1)


@pytest.mark.parametrize("too_long", [False, True])
def test_the_status_change_leaves_out_an_input_that_is_too_long(too_long, simulation, machine):
    input = json.dumps("x" * (SHOWN_BYTES - len(json.dumps('""')) - len('""') + too_long))
    arn = simulation.start(machine, "r1", input)
    execution = simulation.world.step_functions.end(arn, "FAILED", error="Down")

    event = ExecutionStatusChange.model_validate(status_change(execution))

    assert event.detail.input == (None if too_long else input)
    assert (event.detail.status, event.detail.executionArn) == ("FAILED", arn)


def test_a_refusal_hits_the_calls_that_were_named_as_often_as_was_said(simulation, client, machine):
    simulation.world.faults.refuse(
        "StartExecution", "ExecutionLimitExceeded", times=1, when=lambda sent: sent["name"] == "b"
    )
    client.start_execution(stateMachineArn=machine, name="a")

    with pytest.raises(client.exceptions.ExecutionLimitExceeded):
        client.start_execution(stateMachineArn=machine, name="b")
    client.start_execution(stateMachineArn=machine, name="b")

    assert [run.name for run in simulation.world.step_functions.runs] == ["a", "b"]


def test_a_machine_that_was_deleted_starts_nothing(simulation, client, machine):
    simulation.world.step_functions.delete_machine(machine)

    with pytest.raises(client.exceptions.StateMachineDoesNotExist):
        client.start_execution(stateMachineArn=machine, name="a")
