"""Handlers and boto3 clients work on the simulation as on AWS."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from stepkeeper import clock
from stepkeeper.aws.scheduler import NOT_WRITABLE
from tests.conftest import Aws
from tests.simulated.notices import caught
from tests.simulated.simulation import Simulation
from tests.wire import BREAKS, Crash


def test_a_handler_runs_with_the_variables_of_the_template(simulation: Simulation) -> None:
    world = simulation.world
    run = simulation.start(world.step_functions.add_machine(), "2026-11-21", '{"key": 1}')
    event = caught(world.step_functions.execution(run), state="Encode", error="Down")

    told = simulation.invoke("error_spooler", event)

    (body,) = world.spool.bodies
    assert told["lineage"] == json.loads(body)["lineage"]
    assert json.loads(body)["input"] == {"key": 1}


@pytest.mark.parametrize("how", BREAKS)
def test_a_call_that_breaks_off_had_its_effect_or_not(how: Any, simulation: Simulation) -> None:
    machine = simulation.world.step_functions.add_machine()

    with simulation.wire.breaking(0, how), pytest.raises((Crash, ConnectionClosedError)):
        simulation.client("stepfunctions").start_execution(stateMachineArn=machine, name="r1")

    assert len(simulation.world.step_functions.runs) == (how != "crash before")


def test_time_passes_only_where_somebody_waits(simulation: Simulation) -> None:
    began = clock.now()

    clock.wait(timedelta(hours=1))
    simulation.world.clock.move(timedelta(days=1))

    assert clock.now() - began == timedelta(days=1, hours=1)


def test_threads_wait_side_by_side(simulation: Simulation) -> None:
    began = simulation.world.clock.now()
    all_looked = Barrier(3)

    def look_and_wait(seconds: int) -> None:
        clock.now()
        all_looked.wait(timeout=10)
        clock.wait(timedelta(seconds=seconds))

    with ThreadPoolExecutor(max_workers=3) as pool:
        list(pool.map(look_and_wait, (1, 3, 2)))

    assert clock.now() - began == timedelta(seconds=3)


def test_a_function_whose_time_is_over_does_nothing_more(simulation: Simulation) -> None:
    world = simulation.world
    run = simulation.start(world.step_functions.add_machine(), "r1")
    event = caught(world.step_functions.execution(run), state="Encode", error="Down")

    with (
        simulation.wire.meanwhile(0, lambda: world.clock.move(timedelta(hours=1))),
        pytest.raises(Crash, match="timed out"),
    ):
        simulation.invoke("error_spooler", event)

    assert world.spool.messages == []


def test_a_new_world_has_nothing_of_the_one_before(simulation: Simulation) -> None:
    simulation.start(simulation.world.step_functions.add_machine(), "r1")

    world = simulation.begin()

    assert world.step_functions.runs == []
    with pytest.raises(ClientError, match="StateMachineDoesNotExist"):
        simulation.client("stepfunctions").start_execution(stateMachineArn="arn:aws:states:::stateMachine:x")


def test_a_call_that_is_not_simulated_is_not_answered(simulation: Simulation) -> None:
    with pytest.raises(NotImplementedError, match="dynamodb:Scan"):
        simulation.client("dynamodb").scan(TableName=simulation.world.table.name)


def test_what_is_in_a_hurry_is_answered_too(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    simulation = Simulation(aws.wire, monkeypatch, hurried=True)
    gates = [
        simulation.world.rules.add("start-report", expression="rate(1 day)"),
        simulation.world.schedules.add("start-mail", expression="rate(1 day)"),
    ]
    told = simulation.client("scheduler").get_schedule(Name="start-mail")
    kept = {name: its for name, its in told.items() if name not in NOT_WRITABLE}

    simulation.client("scheduler").update_schedule(**{**kept, "State": "DISABLED"})
    simulation.client("events").disable_rule(Name="start-report", EventBusName="default")
    simulation.client("lambda").invoke(
        FunctionName="stepkeeper-NotifierFunction", InvocationType="Event", Payload=b'{"text": "x"}'
    )

    assert [simulation.world.gates.state(gate) for gate in gates] == ["DISABLED", "DISABLED"]
    assert simulation.world.functions.invoked == [("stepkeeper-NotifierFunction", {"text": "x"})]
