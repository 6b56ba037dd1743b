"""What a failure leaves behind becomes an envelope."""

from datetime import UTC, datetime

import pytest

from stepkeeper.domain.envelope import Envelope
from stepkeeper.domain.error_spooler import (
    envelope_of_execution,
    envelope_of_input,
    failure_key_of,
    why_quarantined,
)
from stepkeeper.domain.failure import FailureKey
from stepkeeper.domain.lineage import lineage_of, rerun_name

STATE_MACHINE = "arn:aws:states:ap-northeast-1:123456789012:stateMachine:nightly-orders"
EXECUTIONS = "arn:aws:states:ap-northeast-1:123456789012:execution:nightly-orders:"
NOW = datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)


def failed(name: str, *, redrive_count: int = 0) -> Envelope:
    return envelope_of_execution(
        execution_arn=EXECUTIONS + name,
        redrive_count=redrive_count,
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


@pytest.mark.parametrize(
    ("restarted", "redriven", "attempt"),
    [(0, 0, 1), (0, 1, 2), (0, 7, 8), (1, 0, 2), (1, 1, 3), (2, 3, 6), (999_999_999, 999, 1_000_000_999)],
)
def test_each_restart_and_each_redrive_is_one_attempt_more(restarted, redriven, attempt):
    first = EXECUTIONS + "2026-11-21"
    lineage = lineage_of(first)
    name = rerun_name(attempt=restarted, lineage=lineage, original_name="2026-11-21")

    key = failure_key_of(EXECUTIONS + name if restarted else first, redrive_count=redriven)

    assert key == FailureKey(lineage, attempt)


def test_an_envelope_says_which_failure_of_a_redriven_execution_it_is():
    envelope = failed("2026-11-21", redrive_count=2)

    assert (envelope.attempt, envelope.redrive_count) == (3, 2)
    assert envelope.key == FailureKey(lineage_of(EXECUTIONS + "2026-11-21"), 3)


def test_the_same_failure_told_twice_has_one_lineage():
    assert failed("2026-11-21") == failed("2026-11-21")


@pytest.mark.parametrize(("attempt", "quarantined"), [(1, False), (2, False), (3, True), (4, True)])
def test_what_has_failed_as_often_as_may_be_needs_a_person(attempt, quarantined):
    reason = why_quarantined(attempt, max_attempts=3)

    assert reason == (f"it has failed {attempt} times, and max_attempts is 3" if quarantined else None)


def test_an_input_that_names_no_execution_has_the_lineage_of_its_failure_alone():
    first, repeated, second = of_input("call-1"), of_input("call-1"), of_input("call-2")

    assert first == repeated
    assert first.lineage != second.lineage
    assert (first.attempt, first.execution_arn, first.state) == (1, None, None)
