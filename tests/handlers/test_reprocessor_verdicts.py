"""The verdict on what waits follows from what AWS says of its run, its state machine and its definition."""

from datetime import timedelta

import pytest

from stepkeeper.domain.breaker import Outage
from stepkeeper.domain.spooled_run import INPUT_BYTES

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def verdict_on(failing, **filters):
    """The verdict on the only run that fits."""
    (group,) = failing.ask("plan", **filters)["groups"]
    assert group["count"] == 1
    return group["verdict"]


@pytest.mark.parametrize(
    ("how", "verdict"),
    [
        ({}, "redrive"),
        ({"status": "TIMED_OUT"}, "redrive"),
        ({"status": "ABORTED"}, "redrive"),
        ({"state_type": "Fail"}, "restart"),
        ({"state_type": "Pass"}, "redrive"),
    ],
)
def test_what_broke_off_goes_on_and_what_ended_in_a_fail_state_begins_anew(how, verdict, failing):
    failing.fail(**how)

    assert verdict_on(failing) == verdict


def test_what_a_catch_has_told_of_begins_anew(failing):
    arn = failing.simulation.start(failing.pipeline, "2026-11-21", "{}")
    failing.catch(failing.world.step_functions.execution(arn))
    failing.end(arn, state_type="Fail")

    assert verdict_on(failing) == "restart"


def test_what_was_started_with_another_definition_begins_anew(failing):
    failing.fail("old")
    failing.world.step_functions.update_machine(failing.pipeline)
    failing.world.clock.move(MINUTE)
    failing.world.clock.move(timedelta(seconds=-1))
    failing.fail("soon-after", error="SoonAfter")
    failing.world.clock.move(timedelta(seconds=1))
    failing.fail("new", error="New")

    assert verdict_on(failing, error="OutsideSystemDown") == "restart"
    assert verdict_on(failing, error="SoonAfter") == "restart"
    assert verdict_on(failing, error="New") == "redrive"


def test_all_of_one_definition_are_judged_by_its_newest_run(failing):
    for number in range(20):
        failing.fail(f"order-{number}")
        failing.world.clock.move(MINUTE)

    (group,) = failing.ask("plan")["groups"]

    assert (group["verdict"], group["count"]) == ("redrive", 20)
    calls = failing.simulation.wire.calls
    assert calls.count("stepfunctions:DescribeStateMachineForExecution") == 1


@pytest.mark.parametrize(
    ("age", "verdict"), [(14 * DAY - HOUR - 5 * MINUTE, "redrive"), (14 * DAY - HOUR, "restart")]
)
def test_what_failed_too_long_ago_begins_anew(age, verdict, failing):
    failing.fail()
    failing.world.clock.move(age - DAY)
    failing.simulation.invoke("spool_refresher", {})
    failing.world.clock.move(DAY)

    assert verdict_on(failing) == verdict


def test_a_bare_input_begins_anew_with_the_default_machine(failing):
    failing.simulation.template.overrides["DefaultStateMachineArn"] = failing.pipeline
    failing.put('{"key": "12345"}')

    assert verdict_on(failing) == "restart"


def test_what_has_an_outage_waits(failing):
    failing.fail()
    failing.stop(Outage(failing.pipeline, failing.world.clock.now(), "they fail again"))

    (group,) = failing.ask("plan")["groups"]

    assert (group["verdict"], group["reason"]) == ("wait", "they fail again")


def test_a_person_overrules_the_verdict_and_is_told_what_it_was(failing):
    failing.fail()

    (group,) = failing.ask("plan", override="restart")["groups"]

    assert group["verdict"] == "restart"
    assert group["reason"].startswith("as you say; by itself it would be redrive: it goes on from")


def test_what_lies_in_quarantine_is_looked_at_where_it_is_asked_for(failing):
    failing.simulation.template.overrides["MaxAttempts"] = "1"
    failing.fail("order")
    failing.fail("large", input="x" * (INPUT_BYTES - 2))
    failing.simulation.template.overrides["MaxAttempts"] = "3"

    plan = failing.ask("plan", **{"from": "quarantine"})

    assert [(group["verdict"], group["count"]) for group in plan["groups"]] == [("redrive", 2)]
    assert failing.ask("plan")["count"] == 0
    assert all(each.visible_at <= failing.world.clock.stamp for each in failing.world.quarantine.messages)


def test_a_machine_that_is_gone_can_run_nothing(failing):
    failing.fail()
    failing.world.step_functions.delete_machine(failing.pipeline)

    (group,) = failing.ask("plan")["groups"]

    assert (group["verdict"], group["reason"]) == ("quarantine", "there is no such state machine")


def test_a_machine_that_may_not_be_looked_at_is_started_again(failing):
    failing.fail()
    failing.world.faults.refuse("DescribeStateMachine", "AccessDeniedException")

    (group,) = failing.ask("plan")["groups"]

    assert group["verdict"] == "restart"
