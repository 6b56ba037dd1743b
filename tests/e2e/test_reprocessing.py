"""The outside system is up again: what is spooled runs again, each once. Nothing is lost or doubled."""

from typing import Any

import pytest

from local.deployed import FunctionFailed, Operator
from tests.e2e.support.envelopes import an_envelope, lineage_of
from tests.e2e.support.order import set_uncertain_task
from tests.e2e.support.policies import without
from tests.e2e.support.resources import held
from tests.e2e.support.spool import ORDERS, fail_run, peek, put, reruns


def test_after_the_outage_two_are_run_again_and_then_the_rest_with_their_inputs_unchanged(
    operator: Operator,
) -> None:
    set_uncertain_task(operator, behavior="NG")
    lineages = [lineage_of(fail_run(operator, order)) for order in ORDERS]
    set_uncertain_task(operator)

    two = operator.invoke("Reprocessor", {"max": 2})
    after_two = len(reruns(operator, *lineages))
    rest = operator.invoke("Reprocessor", {})

    assert two == answer(success=2, left=1, stopped_because="max was reached")
    assert after_two == 2
    assert rest == answer(success=1)
    again = {run["name"].split("-")[1]: run for run in reruns(operator, *lineages)}
    assert [again[lineage]["input"] for lineage in lineages] == ORDERS
    assert {run["status"] for run in again.values()} == {"SUCCEEDED"}
    assert held(operator, "SpoolQueueUrl") == 0


def test_a_message_that_sqs_delivers_again_starts_nothing(operator: Operator) -> None:
    set_uncertain_task(operator, behavior="NG")
    lineage = lineage_of(fail_run(operator, {"key": "12345"}))
    [message] = peek(operator, "SpoolQueueUrl")
    set_uncertain_task(operator)
    operator.invoke("Reprocessor", {})
    reruns(operator, lineage)

    put(operator, "SpoolQueueUrl", message.body)
    repeated = operator.invoke("Reprocessor", {})

    assert repeated == answer(duplicates=1)
    assert len(reruns(operator, lineage)) == 1
    assert held(operator, "SpoolQueueUrl") == 0


def test_a_rerun_that_fails_is_spooled_as_the_next_attempt_of_its_lineage(operator: Operator) -> None:
    set_uncertain_task(operator, behavior="NG")
    first = fail_run(operator, {"key": "12345"})
    lineage = lineage_of(first)

    operator.invoke("Reprocessor", {"max": 1})
    [second] = reruns(operator, lineage)
    [message] = peek(operator, "SpoolQueueUrl")
    set_uncertain_task(operator)
    operator.invoke("Reprocessor", {"max": 1})
    runs = reruns(operator, lineage)

    assert (second["name"], second["status"]) == (f"r1-{lineage}-{first['name']}", "FAILED")
    assert (message.body["lineage"], message.body["attempt"]) == (lineage, 2)
    assert (message.body["input"], message.attributes["attempt"]) == ({"key": "12345"}, "2")
    assert [(run["name"], run["status"]) for run in runs] == [
        (f"r1-{lineage}-{first['name']}", "FAILED"),
        (f"r2-{lineage}-{first['name']}", "SUCCEEDED"),
    ]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"state_machine_arn": "{}-gone"}, "StateMachineDoesNotExist"),
        ({"attempt": 0}, "the envelope is broken: attempt"),
        ({"version": 2}, "the envelope is broken: version"),
    ],
)
def test_what_can_never_run_goes_to_quarantine_with_the_reason(
    operator: Operator, change: dict[str, Any], reason: str
) -> None:
    pipeline = operator.output("GuardedPipelineArn")
    envelope = an_envelope(pipeline) | {
        field: value.format(pipeline) if isinstance(value, str) else value for field, value in change.items()
    }
    put(operator, "SpoolQueueUrl", envelope)

    reprocessed = operator.invoke("Reprocessor", {})

    assert reprocessed == answer(quarantined=1)
    [message] = peek(operator, "QuarantineQueueUrl")
    assert message.body == envelope
    assert reason in message.attributes["reason"]
    assert held(operator, "SpoolQueueUrl") == 0


def test_a_message_is_kept_when_its_run_could_not_be_started(operator: Operator) -> None:
    envelope = an_envelope(operator.output("GuardedPipelineArn"))
    put(operator, "SpoolQueueUrl", envelope)

    with (
        without(operator, "Reprocessor", "states:StartExecution"),
        pytest.raises(FunctionFailed, match="stay on the spool") as failed,
    ):
        operator.invoke("Reprocessor", {})

    assert failed.value.error == "ReprocessingFailed"
    assert held(operator, "SpoolQueueUrl") == 1
    assert reruns(operator, envelope["lineage"]) == []


def answer(
    *,
    success: int = 0,
    duplicates: int = 0,
    quarantined: int = 0,
    left: int = 0,
    stopped_because: str = "the spool is empty",
) -> dict[str, Any]:
    """What the reprocessor answers."""
    return {
        "success": success,
        "duplicates": duplicates,
        "quarantined": quarantined,
        "left": left,
        "stopped_because": stopped_because,
    }
