"""A person looks at what waits, lets a plan be carried out, and reads afterwards what became of it."""

import json
from typing import Any

import pytest

from local.deployed import Operator
from tests.e2e.support.envelopes import lineage_of
from tests.e2e.support.order import set_uncertain_task
from tests.e2e.support.pipelines import SUCCEEDS, Pipelines
from tests.e2e.support.resources import function, held
from tests.e2e.support.spool import fail_run, peek, wait_for_spooled
from tests.e2e.support.spool_scenarios import EVENTS

A_WHILE_SECONDS = 600


def plan(operator: Operator, **filters: object) -> dict[str, Any]:
    """A plan of all that waits and fits the filters."""
    made: dict[str, Any] = operator.invoke("Reprocessor", {"action": "plan", **filters})
    return made


def carry_out(operator: Operator, made: dict[str, Any]) -> dict[str, Any]:
    """Runs all of a plan."""
    answer: dict[str, Any] = operator.invoke("Reprocessor", {"action": "run", "plan": made["plan"]})
    return answer


def history(operator: Operator, lineage: str, *, state: str = "succeeded") -> list[str]:
    """What became of a lineage, in single words, once it has come to this state."""

    def told() -> Any:
        answer = operator.invoke("Reprocessor", {"action": "history", "lineage": lineage})
        return answer["events"] if answer["state"] == state else None

    return [event["what"] for event in operator.until(f"it has {state}", told)]


@pytest.fixture
def two_steps(operator: Operator, untouched: Pipelines) -> str:
    """A pipeline without a Catch, the second step of which needs the outside system. It is not new."""
    arn = function(operator, "UncertainTask")["FunctionArn"]
    call = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": True}
    steps = {
        "Prepare": {"Type": "Pass", "Result": {"prepared": True}, "Next": "Call"},
        "Call": call | {"Parameters": {"FunctionName": arn, "Payload.$": "$"}},
    }
    machine = untouched.define("two-steps", json.dumps({"StartAt": "Prepare", "States": steps}))
    operator.aws.control("state-machine", arn=machine, older_by_seconds=A_WHILE_SECONDS)
    return machine


def fail_once(operator: Operator, state_machine_arn: str) -> dict[str, Any]:
    """A run that has failed since the outside system was down, is spooled, and would go well now."""
    set_uncertain_task(operator, behavior="NG")
    run = operator.finished(operator.start(state_machine_arn, name="tonight", input={"key": "12345"}))
    wait_for_spooled(operator, 1)
    set_uncertain_task(operator)
    return run


def test_what_a_catch_has_spooled_is_planned_run_again_and_told_in_its_history(operator: Operator) -> None:
    set_uncertain_task(operator, behavior="NG")
    run = fail_run(operator, {"key": "12345"})
    set_uncertain_task(operator)
    before = peek(operator, "SpoolQueueUrl")

    made = plan(operator, error="OutsideSystem*", younger_than="PT1H")
    of_others = plan(operator, error="Disk*")
    after = peek(operator, "SpoolQueueUrl")
    answer = carry_out(operator, made)

    [group] = made["groups"]
    assert (group["verdict"], group["count"], made["complete"]) == ("restart", 1, True)
    assert "it ended in a Fail state" in group["reason"]
    assert (of_others["count"], of_others["groups"], after) == (0, [], before)
    assert (answer["success"], answer["left"], answer["stopped_because"]) == (1, 0, "the plan is done")
    assert history(operator, lineage_of(run)) == ["failed", "spooled", "restarted", "succeeded"]


@pytest.mark.usefixtures("events_arrive")
def test_a_pipeline_without_a_catch_is_redriven_and_keeps_the_work_that_was_finished(
    operator: Operator, two_steps: str
) -> None:
    failed = fail_once(operator, two_steps)

    made = plan(operator)
    answer = carry_out(operator, made)

    assert [(group["verdict"], group["count"]) for group in made["groups"]] == [("redrive", 1)]
    assert answer["success"] == 1
    redriven = operator.finished(failed["executionArn"])
    assert (redriven["status"], redriven["redriveCount"]) == ("SUCCEEDED", 1)
    entered = [
        event["stateEnteredEventDetails"]["name"]
        for event in operator.history(failed["executionArn"])
        if "stateEnteredEventDetails" in event
    ]
    assert entered == ["Prepare", "Call"]
    assert len(operator.runs(two_steps)) == 1
    assert held(operator, "SpoolQueueUrl") == 0
    assert history(operator, lineage_of(failed)) == ["failed", "spooled", "redriven", "succeeded"]


@pytest.mark.usefixtures("events_arrive")
def test_a_pipeline_that_was_changed_since_is_started_again_as_it_is_now(
    operator: Operator, untouched: Pipelines, two_steps: str
) -> None:
    failed = fail_once(operator, two_steps)
    untouched.change(two_steps, SUCCEEDS)

    made = plan(operator)
    answer = carry_out(operator, made)

    [group] = made["groups"]
    assert (group["verdict"], answer["success"]) == ("restart", 1)
    assert "the definition has changed" in group["reason"]
    assert history(operator, lineage_of(failed)) == ["failed", "spooled", "restarted", "succeeded"]
    new, old = operator.runs(two_steps)
    assert (old["name"], old["status"], new["status"]) == ("tonight", "FAILED", "SUCCEEDED")
    assert new["name"] == f"r1-{lineage_of(failed)}-tonight"
    assert operator.describe(new["executionArn"])["input"] == {"key": "12345"}


def test_what_has_failed_too_often_waits_in_quarantine_until_a_person_lets_it_run(
    operator: Operator, nightly: Pipelines
) -> None:
    pipeline, lineage = nightly.make("orders", SUCCEEDS), "0123456789abcdef"
    third_failure = f"{pipeline.replace(':stateMachine:', ':execution:')}:r2-{lineage}-tonight"
    caught = json.loads((EVENTS / "error_spooler_catch.json").read_text())
    caught["execution"] |= {"id": third_failure}
    caught["stateMachine"] |= {"id": pipeline}
    operator.invoke("ErrorSpooler", caught)
    [quarantined] = peek(operator, "QuarantineQueueUrl")

    by_itself = plan(operator, **{"from": "quarantine"})
    forced = plan(operator, **{"from": "quarantine", "override": "restart"})
    answer = carry_out(operator, forced)

    assert quarantined.attributes["reason"] == "it has failed 3 times, and max_attempts is 3"
    assert [group["verdict"] for group in by_itself["groups"]] == ["quarantine"]
    assert (answer["success"], answer["left"], held(operator, "QuarantineQueueUrl")) == (1, 0, 0)
    assert [run["name"] for run in operator.runs(pipeline)] == [f"r3-{lineage}-tonight"]
    told = history(operator, lineage)
    assert told == ["failed", "quarantined", "restarted", "succeeded"]
