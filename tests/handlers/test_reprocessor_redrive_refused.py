"""What Step Functions does not redrive is not lost: it waits, is started instead, or is told."""

from datetime import timedelta

import pytest

from stepkeeper.domain.failure import FailureKey
from stepkeeper.errors import ReprocessingFailed


@pytest.fixture
def key(failing):
    """A failure that can be redriven."""
    return FailureKey(failing.fail(), 1)


def begun(failing):
    return [(run.by, run.name[:2], run.redrive_count) for run in failing.reruns]


def test_what_step_functions_will_never_redrive_is_left_and_started_by_the_next_plan(failing, key):
    """It has come of age between the plan and the call."""
    failing.world.clock.move(timedelta(days=13, hours=12))
    failing.simulation.invoke("spool_refresher", {})
    plan = failing.plan()
    failing.world.clock.move(timedelta(hours=13))

    answer = failing.ask(plan=plan)

    assert failing.reruns == []
    assert (answer["success"], answer["left"], failing.visible) == (0, 1, 1)
    record = failing.remembered(key)
    assert (record.answer, record.redrive_refused) == (None, "Execution redrivable period exceeded")
    (group,) = failing.ask("plan")["groups"]
    assert group["verdict"] == "restart"


def test_an_execution_that_is_forgotten_is_left_and_started_by_the_next_call(failing, key):
    plan = failing.plan()
    failing.world.faults.refuse("DescribeExecution", "ExecutionDoesNotExist")

    failing.ask(plan=plan)
    failing.world.faults.clear()
    failing.ask()

    assert failing.remembered(key).redrive_refused == "Step Functions does not know the execution any more"
    assert begun(failing) == [("start", "r1", 0)]


def test_what_can_not_be_redriven_just_now_stays_a_redrive(failing):
    failing.fail()
    plan = failing.plan()
    failing.world.faults.refuse("RedriveExecution", "ExecutionNotRedrivable")

    answer = failing.ask(plan=plan)
    failing.world.faults.clear()
    failing.ask()

    assert (answer["success"], answer["left"]) == (0, 1)
    assert begun(failing) == [("redrive", "20", 1)]


@pytest.mark.parametrize("code", ["ThrottlingException", "ExecutionLimitExceeded"])
def test_what_step_functions_is_too_busy_to_redrive_waits(code, failing):
    """That too many executions are open was taken for a fault of ours, and ended the call in red."""
    failing.fail()
    plan = failing.plan()
    failing.world.faults.refuse("RedriveExecution", code)

    answer = failing.ask(plan=plan)

    assert (answer["success"], answer["left"], answer["stopped_because"]) == (0, 1, "throttled")
    assert failing.visible == 1


def test_a_redrive_that_is_not_ours_to_make_is_told(failing):
    failing.fail()
    plan = failing.plan()
    failing.world.faults.refuse("RedriveExecution", "AccessDeniedException")

    with pytest.raises(ReprocessingFailed, match=r"1 runs could not be started.*AccessDenied"):
        failing.ask(plan=plan)

    assert failing.visible == 1


def test_redrives_count_towards_what_may_run_at_once(failing):
    for number in range(5):
        failing.fail(f"order-{number}")
    plan = failing.plan()

    answer = failing.ask(plan=plan, max_running=2)

    assert (answer["success"], answer["left"], answer["stopped_because"]) == (2, 3, "max_running was reached")


def test_what_is_found_to_have_ended_in_a_fail_state_is_left_and_started_by_the_next_call(failing):
    """Its history could not be read when it was spooled."""
    failing.world.faults.refuse("GetExecutionHistory")
    lineage = failing.fail(state_type="Fail")
    failing.world.faults.clear()
    plan = failing.plan()

    left = failing.ask(plan=plan)
    failing.ask()

    assert (left["success"], left["left"], left["stopped_because"]) == (0, 1, "some of the plan was left")
    assert "ended in a Fail state" in failing.remembered(FailureKey(lineage, 1)).redrive_refused
    assert begun(failing) == [("start", "r1", 0)]


def test_what_turns_out_to_have_broken_off_is_redriven(failing):
    failing.world.faults.refuse("GetExecutionHistory")
    failing.fail()
    failing.world.faults.clear()

    failing.ask(plan=failing.plan())

    assert begun(failing) == [("redrive", "20", 1)]


def test_a_definition_that_has_changed_since_the_plan_is_not_run_as_it_was(failing):
    failing.fail("broke-off")
    failing.fail("failed", state_type="Fail")
    plan = failing.plan()
    failing.world.step_functions.update_machine(failing.pipeline)

    answer = failing.ask(plan=plan)

    assert begun(failing) == [("start", "r1", 0)]
    assert (answer["left"], answer["stopped_because"]) == (1, "some of the plan was left")
    (group,) = failing.ask("plan")["groups"]
    assert group["verdict"] == "restart"
