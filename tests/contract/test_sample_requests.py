"""What the samples ask of the reprocessor, beside running what is there, it does under Lambda's emulator."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from local.deployed import Operator
from tests.contract.conftest import EmulatedFunctions
from tests.contract.sample_world import EVENTS, UNTOUCHED_MACHINE, forget_failures, sample, take_all
from tests.e2e.support.envelopes import an_envelope

LINEAGE = json.loads((EVENTS / "reprocessor_edit.json").read_bytes())["lineage"]


@pytest.fixture
def spool(functions: EmulatedFunctions) -> Iterator[EmulatedFunctions]:
    """The functions, where the run that the samples are about is all that waits."""
    forget_failures(functions.operator)
    machine = f"arn:aws:states:{functions.operator.aws.region}:{functions.operator.aws.account}:stateMachine"
    envelope = an_envelope(f"{machine}:{UNTOUCHED_MACHINE}") | {"lineage": LINEAGE}
    functions.operator.client("sqs").send_message(
        QueueUrl=functions.operator.output("SpoolQueueUrl"), MessageBody=json.dumps(envelope)
    )
    yield functions
    forget_failures(functions.operator)


def inputs_of_reruns(operator: Operator) -> list[Any]:
    """What the runs were started with that are of the samples' lineage."""
    machine = f"arn:aws:states:{operator.aws.region}:{operator.aws.account}:stateMachine:{UNTOUCHED_MACHINE}"
    return [
        operator.describe(run["executionArn"])["input"]
        for run in operator.runs(machine)
        if LINEAGE in run["name"]
    ]


def test_a_plan_shows_what_waits_in_groups_and_takes_nothing_away(spool: EmulatedFunctions) -> None:
    answer = spool.feed("Reprocessor", "reprocessor_plan")

    (group,) = answer["groups"]
    assert (answer["count"], answer["complete"]) == (1, True)
    assert (group["state_machine"], group["error"], group["count"]) == (
        UNTOUCHED_MACHINE,
        "OutsideSystemDown",
        1,
    )
    assert group["samples"][0]["lineage"] == LINEAGE
    assert len(take_all(spool.operator, "SpoolQueueUrl")) == 1


def test_a_run_is_dropped_with_its_reason_in_its_history(spool: EmulatedFunctions) -> None:
    answer = spool.feed("Reprocessor", "reprocessor_drop")

    told = spool.feed("Reprocessor", "reprocessor_history")
    assert answer == {"lineage": LINEAGE, "attempt": 1, "was_in": "spool"}
    assert take_all(spool.operator, "SpoolQueueUrl") == []
    assert (told["state"], told["events"][-1]["reason"]) == ("dropped", "the order was cancelled")


def test_a_plan_runs_what_was_edited_with_its_new_input(spool: EmulatedFunctions) -> None:
    edited = spool.feed("Reprocessor", "reprocessor_edit")
    plan = spool.feed("Reprocessor", "reprocessor_plan")["plan"]
    event = json.loads(sample("reprocessor_run_plan", spool.operator.aws)) | {"plan": plan}

    answer = spool.invoke("Reprocessor", event)

    assert edited == {"lineage": LINEAGE, "attempt": 1, "was_in": "spool"}
    assert (answer["success"], answer["left"], answer["stopped_because"]) == (1, 0, "the plan is done")
    assert inputs_of_reruns(spool.operator) == [{"key": "12345", "retries": 3}]
    told = spool.operator.until("it has succeeded", lambda: succeeded(spool))
    assert [event["what"] for event in told["events"]] == ["edited", "restarted", "succeeded"]


def succeeded(functions: EmulatedFunctions) -> Any:
    """What became of the samples' lineage, once its run has ended."""
    told = functions.feed("Reprocessor", "reprocessor_history")
    return told if told["state"] == "succeeded" else None
