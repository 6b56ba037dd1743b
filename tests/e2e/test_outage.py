"""The outside system is down: failed runs end red, and what they were started with is kept."""

import pytest

from local.deployed import Operator
from tests.e2e.support.envelopes import lineage_of
from tests.e2e.support.order import set_uncertain_task
from tests.e2e.support.policies import without
from tests.e2e.support.resources import held
from tests.e2e.support.spool import ORDERS, fail_run, failed_steps, peek


def test_a_failing_run_tries_its_step_twice_and_ends_red_with_the_name_of_the_error(
    operator: Operator,
) -> None:
    set_uncertain_task(operator, behavior="NG")

    run = fail_run(operator, {"key": "12345"})

    assert (run["status"], run["error"]) == ("FAILED", "OutsideSystemDown")
    assert failed_steps(operator, run["executionArn"]) == ["OutsideSystemDown"] * 2


def test_the_spool_keeps_what_a_run_was_started_with_and_not_what_its_failed_step_saw(
    operator: Operator,
) -> None:
    set_uncertain_task(operator, behavior="NG")

    runs = [fail_run(operator, order) for order in ORDERS]

    spooled = {message.body["execution_arn"]: message for message in peek(operator, "SpoolQueueUrl")}
    assert [spooled[run["executionArn"]].body["input"] for run in runs] == ORDERS
    assert held(operator, "SpoolQueueUrl") == len(ORDERS)


def test_an_envelope_tells_all_that_is_needed_to_run_again(operator: Operator) -> None:
    set_uncertain_task(operator, behavior="NG")

    run = fail_run(operator, {"key": "12345"})

    [message] = peek(operator, "SpoolQueueUrl")
    assert message.body["cause"].startswith('{"errorMessage": "The outside system does not answer')
    assert message.body | {"cause": "", "failed_at": ""} == {
        "version": 1,
        "lineage": lineage_of(run),
        "attempt": 1,
        "state_machine_arn": operator.output("GuardedPipelineArn"),
        "execution_arn": run["executionArn"],
        "redrive_count": 0,
        "input": {"key": "12345"},
        "state": "Encode the order",
        "error": "OutsideSystemDown",
        "cause": "",
        "failed_at": "",
    }
    assert message.attributes == {
        "state_machine": operator.output("GuardedPipelineArn").rpartition(":")[2],
        "error": "OutsideSystemDown",
        "attempt": "1",
    }


def test_a_step_that_timed_out_is_not_tried_again_but_spooled(operator: Operator) -> None:
    set_uncertain_task(operator, sleep=3, timeout=1)

    run = fail_run(operator, {"key": "12345"})

    assert (run["status"], run["error"]) == ("FAILED", "Sandbox.Timedout")
    assert failed_steps(operator, run["executionArn"]) == ["Sandbox.Timedout"]
    assert [message.body["error"] for message in peek(operator, "SpoolQueueUrl")] == ["Sandbox.Timedout"]


@pytest.mark.usefixtures("hurried")
def test_a_run_that_can_not_be_spooled_ends_red_and_says_that_it_was_not(operator: Operator) -> None:
    set_uncertain_task(operator, behavior="NG")

    with without(operator, "ErrorSpooler", "sqs:SendMessage"):
        run = fail_run(operator, {"key": "12345"})

    assert run["status"] == "FAILED"
    assert "not authorized to perform: sqs:SendMessage" in run["cause"]
    assert held(operator, "SpoolQueueUrl") == 0
