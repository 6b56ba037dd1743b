"""What fails where nobody waits for an answer is kept, logged and counted."""

import json
from typing import Any

import pytest

from local.deployed import FunctionFailed, Operator
from tests.e2e.support.logs import logged, metrics
from tests.e2e.support.order import set_uncertain_task
from tests.e2e.support.policies import without
from tests.e2e.support.resources import name_of
from tests.e2e.support.scenarios import EVENTS, SCENARIOS
from tests.e2e.support.spool import fail_run, peek


def kept(operator: Operator) -> dict[str, Any]:
    """The first call that is kept because it failed for good."""
    [message, *_] = operator.until("the call is kept", lambda: peek(operator, "FailedTriggersQueueUrl"))
    assert isinstance(message.body, dict)
    return message.body


def test_an_asynchronous_call_that_fails_for_good_is_kept_with_its_event_and_its_error(
    operator: Operator,
) -> None:
    event = {"action": "disable", "targets": ["rule/no-such-rule"]}

    operator.client("lambda").invoke(
        FunctionName=operator.output("RuleTogglerFunctionName"),
        InvocationType="Event",
        Payload=json.dumps(event),
    )

    call = kept(operator)
    assert call["requestPayload"] == event
    assert call["requestContext"]["approximateInvokeCount"] == 3
    assert call["responsePayload"]["errorType"] == "GatesFailed"
    assert "There is no rule no-such-rule" in call["responsePayload"]["errorMessage"]


def test_a_closing_that_a_failed_pipeline_called_for_is_kept_when_it_can_not_be_done(
    operator: Operator,
) -> None:
    operator.client("events").enable_rule(Name=name_of(operator, "CloseGatesRule"))
    set_uncertain_task(operator, behavior="NG")

    with without(operator, "RuleToggler", "events:DescribeRule"):
        fail_run(operator, {"key": "12345"})
        call = kept(operator)

    assert call["requestPayload"] == {"detail": "disable"}
    assert call["responsePayload"]["errorType"] == "GatesFailed"


def test_every_line_that_a_function_logs_is_json_and_names_the_run_that_it_is_about(
    operator: Operator,
) -> None:
    event = json.loads((EVENTS / "error_spooler_catch.json").read_text())

    lines = logged(operator, "ErrorSpooler", lambda: operator.invoke("ErrorSpooler", event), until="spooled")

    said = [entry for entry in map(json.loads, lines) if "_aws" not in entry]
    assert {entry["service"] for entry in said} == {"error_spooler"}
    assert {entry["correlation_id"] for entry in said} == {event["execution"]["id"]}
    assert {entry["message"] for entry in said} == {"event", "spooled"}


def test_what_a_run_was_started_with_is_in_no_log(operator: Operator) -> None:
    set_uncertain_task(operator, behavior="NG")
    order = {"token": "not-for-everybody"}

    spooler = logged(operator, "ErrorSpooler", lambda: fail_run(operator, order), until="spooled")
    reprocessor = logged(
        operator, "Reprocessor", lambda: operator.invoke("Reprocessor", {"max": 1}), until="started"
    )

    assert "not-for-everybody" not in "".join([*spooler, *reprocessor])


@pytest.mark.parametrize("handler", SCENARIOS)
def test_a_function_counts_what_it_did_and_what_it_could_not(operator: Operator, handler: str) -> None:
    def fail() -> None:
        with pytest.raises(FunctionFailed):
            operator.invoke(handler, [])

    success = logged(operator, handler, lambda: SCENARIOS[handler](operator), until='"Succeeded":[')
    failure = logged(operator, handler, fail, until='"Failed":[')

    assert metrics(success, namespace="Stepkeeper")["Succeeded"] == 1
    assert metrics(failure, namespace="Stepkeeper")["Failed"] == 1
