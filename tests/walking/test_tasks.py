"""What a Task calls."""

import json
from datetime import timedelta

import pytest

from tests.walking.definitions import CAUGHT, calling, run, types


def test_a_function_is_waited_for(walker):
    walker.stand_ins["notifier"] = lambda event: {"was": event}

    walk = run(walker, calling(), {"x": 1})
    walker.walk_all()

    assert json.loads(walk.execution.output) == {"was": {"x": 1}}
    assert types(walk) == [
        "ExecutionStarted", "TaskStateEntered", "TaskScheduled", "TaskStarted", "TaskSucceeded",
        "TaskStateExited", "ExecutionSucceeded",
    ]  # fmt: skip


def test_a_function_is_invoked_without_waiting(walker, simulation):
    arguments = {
        "FunctionName": "stepkeeper-NotifierFunction",
        "InvocationType": "Event",
        "Payload": {"text": "x"},
    }

    walk = run(walker, calling(Arguments=arguments, Output="{% $states.input %}"), 3)
    walker.walk_all()

    assert walk.execution.output == "3"
    assert simulation.world.functions.invoked == [("stepkeeper-NotifierFunction", {"text": "x"})]


def test_the_handlers_of_the_product_run(walker):
    walk = run(walker, calling("RuleTogglerFunction", Catch=[CAUGHT]), {"action": "dance"})
    walker.walk_all()

    assert walk.variables["error"]["Error"] == "UnroutableEvent"
    assert json.loads(walk.variables["error"]["Cause"])["errorType"] == "UnroutableEvent"


def test_a_function_that_crashes_has_timed_out_and_the_next_one_lives(walker, simulation):
    machine = simulation.world.step_functions.add_machine("other")
    client = simulation.client("stepfunctions")
    walker.stand_ins["notifier"] = lambda _: client.describe_state_machine(stateMachineArn=machine)["name"]
    retried = {"ErrorEquals": ["Sandbox.Timedout"]}

    walk = run(walker, calling(Retry=[retried]))
    with simulation.wire.breaking(0, "crash after"):
        walker.walk_all()

    assert walk.execution.output == '"other"'
    assert types(walk).count("TaskFailed") == 1


def test_a_task_that_takes_too_long_has_timed_out(walker, simulation):
    walker.stand_ins["notifier"] = lambda _: simulation.world.clock.move(timedelta(seconds=61))

    walk = run(walker, calling(TimeoutSeconds=60))
    walker.walk_all()

    assert (walk.execution.status, walk.execution.error) == ("FAILED", "States.Timeout")
    assert "TaskTimedOut" in types(walk)


def test_what_the_simulation_does_not_know_is_no_error_of_the_handler(walker, simulation):
    walker.stand_ins["notifier"] = lambda _: simulation.client("sqs").list_queues()
    run(walker, calling(Catch=[CAUGHT]))

    with pytest.raises(NotImplementedError, match="ListQueues"):
        walker.walk_all()
