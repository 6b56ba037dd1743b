"""What the reconciler could not spool it says loudly, after it has seen to all the rest."""

from datetime import timedelta
from typing import Any

import pytest

from stepkeeper.spool.errors import SpoolNotReconciled
from tests.handlers.spooling import Spooling

QUARTER = timedelta(minutes=15)


@pytest.mark.parametrize(
    "broken",
    [
        {"input": '{"amount": 1e400}'},
        {"input": '"' + "x" * 262_142 + '"', "cause": "é" * 200_000},
    ],
    ids=["no JSON has it", "too large for SQS"],
)
def test_a_run_that_can_not_be_spooled_is_named_each_time_and_keeps_no_other_from_being_spooled(
    spooling: Spooling, broken: Any
) -> None:
    one, other = spooling.add_machines(2)
    poison = spooling.fails("poison", machine=one, **broken)
    lost = [spooling.fails(name, machine=one) for name in ("before", "after")] + [
        spooling.fails(machine=other)
    ]

    for _ in range(2):
        with pytest.raises(SpoolNotReconciled, match=f"1 problems. {poison.arn}: "):
            spooling.reconcile(after=QUARTER)

    assert {envelope.execution_arn for envelope in spooling.spooled} == {each.arn for each in lost}
    assert len(spooling.spooled) == len(lost)


def test_an_error_of_one_machine_does_not_keep_the_others_from_being_compared(spooling: Spooling) -> None:
    broken, fine = spooling.add_machines(2)
    lost = spooling.fails(machine=fine)
    spooling.world.faults.refuse(
        "ListExecutions", "AccessDeniedException", when=lambda sent: sent["stateMachineArn"] == broken
    )

    with pytest.raises(SpoolNotReconciled, match=f"1 problems. {broken}: .*AccessDenied"):
        spooling.reconcile(after=QUARTER)

    assert [envelope.execution_arn for envelope in spooling.spooled] == [lost.arn]


def test_an_error_says_of_many_problems_the_first(spooling: Spooling) -> None:
    for index in range(11):
        spooling.fails(f"{index}", input='{"amount": 1e400}')

    with pytest.raises(SpoolNotReconciled) as raised:
        spooling.reconcile(after=QUARTER)

    assert str(raised.value).startswith("11 problems. ")
    assert str(raised.value).count(":execution:") == 10


def test_the_time_is_remembered_only_once_all_failures_are_spooled(spooling: Spooling) -> None:
    """Otherwise the one that could not be spooled would be too old the next time."""
    lost = [spooling.fails(f"{index}") for index in range(3)]
    spooling.world.faults.refuse("SendMessage", times=1)

    with pytest.raises(SpoolNotReconciled, match="ThrottlingException"):
        spooling.reconcile(after=QUARTER)
    told = spooling.reconcile(after=timedelta(hours=5))

    assert len(told["repaired"]) == 1
    assert {envelope.execution_arn for envelope in spooling.spooled} == {each.arn for each in lost}
