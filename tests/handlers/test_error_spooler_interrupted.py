"""Wherever the error spooler breaks off: nothing is lost, and what was sent twice is run once."""

from contextlib import suppress
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from stepkeeper.domain.failure import FailureKey
from stepkeeper.domain.lineage import lineage_of
from tests.handlers.spooling import Spooling
from tests.wire import BREAKS, Break, Crash

OF_AN_EVENT = [
    "stepfunctions:GetExecutionHistory",
    "stepfunctions:DescribeExecution",
    "dynamodb:GetItem",
    "sqs:SendMessage",
    "dynamodb:UpdateItem",
]
OF_A_REDRIVEN_RUN = [*OF_AN_EVENT, "dynamodb:TransactWriteItems"]


def tell(spooling: Spooling, execution: Any) -> None:
    """An event of which the input was left out."""
    spooling.tell(execution, input=None)


def test_the_interrupted_calls_are_all_calls(spooling: Spooling) -> None:
    tell(spooling, spooling.fails())

    assert spooling.simulation.wire.calls == OF_AN_EVENT


@pytest.mark.parametrize("how", BREAKS)
@pytest.mark.parametrize("call", range(len(OF_AN_EVENT)), ids=lambda call: f"{call}-{OF_AN_EVENT[call]}")
def test_an_event_that_broke_off_comes_again_and_its_run_is_started_once(
    call: int, how: Break, spooling: Spooling
) -> None:
    execution = spooling.fails()

    with spooling.simulation.wire.breaking(call, how), suppress(Crash, ConnectionClosedError):
        tell(spooling, execution)
    tell(spooling, execution)

    kept = spooling.spooled
    assert 1 <= len(kept) <= 2
    assert {envelope.key for envelope in kept} == {(lineage_of(execution.arn), 1)}
    spooling.run_again()
    assert [run.input for run in spooling.world.step_functions.runs] == [
        '{"key": "12345"}',
        '{"key":"12345"}',
    ]
    assert (spooling.spooled, spooling.quarantined) == ([], [])


@pytest.mark.parametrize("how", BREAKS)
@pytest.mark.parametrize("call", range(2, len(OF_A_REDRIVEN_RUN)), ids=lambda call: OF_A_REDRIVEN_RUN[call])
def test_a_redrive_by_hand_is_noted_although_the_event_of_its_failure_broke_off(
    call: int, how: Break, spooling: Spooling
) -> None:
    """Its event RUNNING was lost. Otherwise the first failure would be started as well."""
    execution = spooling.fails()
    spooling.tell(execution)
    spooling.redrive(execution)
    spooling.world.step_functions.end(execution.arn, "FAILED")

    with spooling.simulation.wire.breaking(call, how), suppress(Crash, ConnectionClosedError):
        tell(spooling, execution)
    tell(spooling, execution)

    spooling.run_again()
    record = spooling.remembered(FailureKey(lineage_of(execution.arn), 1))
    assert record is not None
    assert record.answer == "redrive"
    assert [run.by for run in spooling.world.step_functions.runs] == ["start", "redrive", "start"]


@pytest.mark.parametrize("refused", ["GetItem", "SendMessage", "UpdateItem"])
@pytest.mark.parametrize("told_by", ["event", "catch"])
def test_nothing_is_called_spooled_that_could_not_be_and_the_next_try_keeps_it(
    refused: str, told_by: str, spooling: Spooling
) -> None:
    execution = spooling.fails()
    tell = spooling.tell if told_by == "event" else spooling.catch
    spooling.world.faults.refuse(refused, times=1)

    with pytest.raises(ClientError, match="ThrottlingException"):
        tell(execution)
    tell(execution)

    assert {envelope.execution_arn for envelope in spooling.spooled} == {execution.arn}


@pytest.mark.parametrize("rival", ["event", "catch", "reconciler"])
@pytest.mark.parametrize("call", range(2, len(OF_AN_EVENT)), ids=lambda call: OF_AN_EVENT[call])
def test_two_who_tell_of_a_failure_at_once_lead_to_one_run(call: int, rival: str, spooling: Spooling) -> None:
    execution = spooling.fails()
    also: dict[str, Any] = {
        "event": lambda: spooling.tell(execution),
        "catch": lambda: spooling.catch(execution),
        "reconciler": spooling.reconcile,
    }

    with spooling.simulation.wire.meanwhile(call, also[rival]):
        tell(spooling, execution)

    assert 1 <= len(spooling.spooled) <= 2
    spooling.run_again()
    assert len(spooling.world.step_functions.runs) == 2
    assert spooling.spooled == []
