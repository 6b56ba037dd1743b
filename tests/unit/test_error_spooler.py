"""What a failure leaves behind becomes an envelope."""

from datetime import UTC, datetime

import pytest

from stepkeeper.domain.envelope import Envelope
from stepkeeper.domain.error_spooler import envelope_of_execution, envelope_of_input
from stepkeeper.domain.lineage import lineage_of, rerun_name

STATE_MACHINE = "arn:aws:states:ap-northeast-1:123456789012:stateMachine:nightly-orders"
EXECUTIONS = "arn:aws:states:ap-northeast-1:123456789012:execution:nightly-orders:"
NOW = datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)


def failed(name: str) -> Envelope:
    return envelope_of_execution(
        execution_arn=EXECUTIONS + name,
        input={"key": "12345"},
        state_machine_arn=STATE_MACHINE,
        state="Encode the order",
        error="OutsideSystemDown",
        cause="It does not answer.",
        failed_at=NOW,
    )


def of_input(failure_id: str) -> Envelope:
    return envelope_of_input(
        input={"key": "12345"},
        state_machine_arn=STATE_MACHINE,
        error="",
        cause="",
        failed_at=NOW,
        failure_id=failure_id,
    )


def test_a_first_failure_begins_a_lineage_at_attempt_1():
    envelope = failed("2026-11-21")

    assert envelope.lineage == lineage_of(EXECUTIONS + "2026-11-21")
    assert envelope.attempt == 1
    assert envelope.execution_arn == EXECUTIONS + "2026-11-21"
    assert (envelope.input, envelope.state) == ({"key": "12345"}, "Encode the order")
    assert (envelope.error, envelope.cause) == ("OutsideSystemDown", "It does not answer.")
    assert envelope.failed_at == NOW


@pytest.mark.parametrize("attempt", [1, 2, 9, 10, 41])
def test_a_failed_rerun_is_the_next_attempt_of_its_lineage(attempt):
    lineage = lineage_of(EXECUTIONS + "2026-11-21")

    envelope = failed(rerun_name(attempt=attempt, lineage=lineage, original_name="2026-11-21"))

    assert (envelope.lineage, envelope.attempt) == (lineage, attempt + 1)


def test_the_same_failure_told_twice_has_one_lineage():
    assert failed("2026-11-21") == failed("2026-11-21")


def test_an_input_that_names_no_execution_has_the_lineage_of_its_failure_alone():
    first, repeated, second = of_input("call-1"), of_input("call-1"), of_input("call-2")

    assert first == repeated
    assert first.lineage != second.lineage
    assert (first.attempt, first.execution_arn, first.state) == (1, None, None)
