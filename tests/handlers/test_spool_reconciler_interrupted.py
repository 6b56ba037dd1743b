"""Wherever the reconciler breaks off: the next one finds what is missing, and nothing is run twice."""

from contextlib import suppress
from datetime import timedelta

import pytest
from botocore.exceptions import ConnectionClosedError

from stepkeeper.domain.lineage import lineage_of
from stepkeeper.spool.errors import SpoolNotReconciled
from tests.handlers.spooling import Spooling
from tests.simulated.executions import Execution
from tests.wire import BREAKS, Break, Crash

CALLS = [
    "stepfunctions:ListStateMachines",
    "dynamodb:BatchGetItem",
    "dynamodb:PutItem",
    "stepfunctions:ListExecutions",
    "dynamodb:BatchGetItem",
    "stepfunctions:DescribeExecution",
    "stepfunctions:GetExecutionHistory",
    "dynamodb:GetItem",
    "sqs:SendMessage",
    "dynamodb:UpdateItem",
    "dynamodb:BatchGetItem",
    "dynamodb:TransactWriteItems",
    "dynamodb:PutItem",
]
OF_A_REPAIR = range(4, 10)


def one_is_lost_and_one_was_redriven(spooling: Spooling) -> Execution:
    """Of the one, which is given, no event told, and of the other one none that it goes on."""
    lost, redriven = spooling.fails("lost"), spooling.fails("redriven")
    spooling.tell(redriven)
    spooling.redrive(redriven)
    spooling.world.clock.move(timedelta(minutes=15))
    spooling.simulation.wire.calls.clear()
    return lost


def assert_each_goes_on_once(spooling: Spooling, lost: Execution) -> None:
    lineages = [envelope.lineage for envelope in spooling.spooled]
    assert 1 <= lineages.count(lineage_of(lost.arn)) <= 2
    spooling.run_again()
    runs = [(run.by, run.name.rsplit("-", 1)[-1]) for run in spooling.world.step_functions.runs]
    assert runs[2:] == [("redrive", "redriven"), ("start", "lost")]
    assert (spooling.spooled, spooling.quarantined) == ([], [])


def test_the_interrupted_calls_are_all_calls(spooling: Spooling) -> None:
    one_is_lost_and_one_was_redriven(spooling)

    spooling.reconcile()

    assert spooling.simulation.wire.calls == CALLS


@pytest.mark.parametrize("how", BREAKS)
@pytest.mark.parametrize("call", range(len(CALLS)), ids=lambda call: f"{call}-{CALLS[call]}")
def test_what_broke_off_is_made_up_for_by_the_next_call_however_late_it_is(
    call: int, how: Break, spooling: Spooling
) -> None:
    lost = one_is_lost_and_one_was_redriven(spooling)

    with (
        spooling.simulation.wire.breaking(call, how),
        suppress(Crash, ConnectionClosedError, SpoolNotReconciled),
    ):
        spooling.reconcile()
    spooling.world.clock.move(timedelta(minutes=40))
    spooling.reconcile()

    assert_each_goes_on_once(spooling, lost)


@pytest.mark.parametrize("call", OF_A_REPAIR, ids=lambda call: f"{call}-{CALLS[call]}")
def test_an_event_that_comes_after_all_while_its_failure_is_repaired_leads_to_one_run(
    call: int, spooling: Spooling
) -> None:
    lost = one_is_lost_and_one_was_redriven(spooling)

    with spooling.simulation.wire.meanwhile(call, lambda: spooling.tell(lost)):
        spooling.reconcile()

    assert_each_goes_on_once(spooling, lost)


@pytest.mark.parametrize("call", range(len(CALLS)), ids=lambda call: f"{call}-{CALLS[call]}")
def test_two_reconcilers_at_once_lead_to_one_run(call: int, spooling: Spooling) -> None:
    lost = one_is_lost_and_one_was_redriven(spooling)

    with spooling.simulation.wire.meanwhile(call, spooling.reconcile):
        spooling.reconcile()

    assert_each_goes_on_once(spooling, lost)


def test_a_run_that_is_redriven_while_it_is_repaired_is_not_run_beside_itself(spooling: Spooling) -> None:
    lost = spooling.fails("lost")
    spooling.world.clock.move(timedelta(minutes=15))

    with spooling.simulation.wire.meanwhile(5, lambda: spooling.redrive(lost)):
        told = spooling.reconcile()

    assert told["repaired"] == []
    assert spooling.spooled == []
