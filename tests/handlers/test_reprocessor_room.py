"""No more executions of a state machine run at the same time than may."""

import pytest
from botocore.exceptions import ClientError

from stepkeeper.errors import AwsUnavailable, ReprocessingFailed


@pytest.fixture
def other(failing):
    """Another state machine."""
    return failing.world.step_functions.add_machine("nightly-bills")


def test_only_as_many_runs_are_started_as_there_is_room_for(failing):
    failing.put_many(8)
    for name in ("a", "b", "c"):
        failing.simulation.start(failing.pipeline, name)

    answer = failing.ask(max=8, max_running=5)

    assert len(failing.reruns) == answer["success"] == 2
    assert failing.visible == answer["left"] == 6
    assert answer["stopped_because"] == "max_running was reached"


def test_what_has_ended_leaves_room(failing):
    failing.put_many(2)
    run = failing.simulation.start(failing.pipeline, "a")
    failing.world.step_functions.end(run, "SUCCEEDED")

    answer = failing.ask(max_running=1)

    assert len(failing.reruns) == answer["success"] == 1


def test_the_room_is_what_the_operator_set(failing):
    failing.simulation.template.overrides["MaxRunning"] = "3"
    failing.put_many(5)

    answer = failing.ask(max=5)

    assert (answer["success"], answer["stopped_because"]) == (3, "max_running was reached")


def test_a_machine_without_room_keeps_no_other_from_running(failing, other):
    for number in range(12):
        failing.put_failed(f"bill-{number}", state_machine_arn=other)
    failing.simulation.start(failing.pipeline, "a")
    failing.put_failed("order")

    answer = failing.ask(max=20, max_running=1)

    assert [run.name[-6:] for run in failing.reruns] == ["bill-0"]
    assert (answer["left"], answer["stopped_because"]) == (12, "max_running was reached")


def test_a_machine_is_counted_once_in_a_call(failing, other):
    failing.put_many(150)
    for number in range(50):
        failing.put_failed(f"bill-{number}", state_machine_arn=other)

    answer = failing.ask(max=200)

    assert answer["success"] == 200
    assert failing.simulation.wire.calls.count("stepfunctions:ListExecutions") == 2


def test_room_for_the_next_call_is_counted_anew(failing):
    failing.put_many(4)
    failing.ask(max_running=2)
    for run in failing.reruns:
        failing.world.step_functions.end(run.execution.arn, "SUCCEEDED")

    failing.ask(max_running=2)

    assert len(failing.reruns) == 4


def test_what_there_is_no_room_for_does_not_use_up_the_maximum(failing, other):
    failing.simulation.start(failing.pipeline, "a")
    failing.put_many(15)
    failing.put_failed("bill", state_machine_arn=other)

    answer = failing.ask(max=1, max_running=1)

    assert (answer["success"], answer["left"]) == (1, 15)


def test_what_can_not_be_counted_now_may_be_too_much(failing):
    failing.put_failed()
    failing.world.faults.refuse("ListExecutions", "ThrottlingException")

    with pytest.raises(AwsUnavailable, match="could not be counted"):
        failing.ask()

    assert failing.reruns == []
    assert failing.visible == 1


def test_a_machine_that_may_not_be_counted_may_not_be_run_either_and_that_is_told(failing):
    failing.put_failed()
    failing.world.faults.refuse("ListExecutions", "AccessDeniedException")
    failing.world.faults.refuse("StartExecution", "AccessDeniedException")

    with pytest.raises((ReprocessingFailed, ClientError), match="AccessDenied"):
        failing.ask()

    assert failing.reruns == []
    assert failing.visible == 1
