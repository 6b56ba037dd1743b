"""What a person asks of the toggler, and what they are told."""

import pytest

from local.deployed import FunctionFailed, Operator
from tests.e2e.support.gates import CLOSED, OPEN, Gates


def test_a_person_is_told_what_became_of_each_gate_and_why(operator: Operator, gates: Gates) -> None:
    arn = gates.read()["schedule"]["Arn"]
    request = {"targets": [gates.names[0], arn], "owner": "alice", "reason": "the volume is full"}

    closed = operator.invoke("RuleToggler", request | {"action": "disable"})
    opened = operator.invoke("RuleToggler", request | {"action": "enable"})

    assert closed == [
        {
            "gate": gate,
            "before": "ENABLED",
            "after": "DISABLED",
            "changed": True,
            "reason": "closed for alice",
        }
        for gate in gates.names
    ]
    assert opened == [
        {
            "gate": gate,
            "before": "DISABLED",
            "after": "ENABLED",
            "changed": True,
            "reason": "alice let go, nobody else holds it",
        }
        for gate in gates.names
    ]


def test_a_gate_opens_when_its_last_owner_lets_go(operator: Operator, gates: Gates) -> None:
    request = {"targets": gates.names, "owner": "alice"}
    operator.invoke("RuleToggler", {"detail": "disable"})
    operator.invoke("RuleToggler", request | {"action": "disable"})

    operator.invoke("RuleToggler", {"detail": "enable"})
    held_for_alice = gates.states()
    operator.invoke("RuleToggler", request | {"action": "enable"})

    assert held_for_alice == CLOSED
    assert gates.states() == OPEN


def test_a_gate_that_does_not_exist_is_named_and_keeps_no_other_from_closing(
    operator: Operator, gates: Gates
) -> None:
    targets = ["rule/no-such-rule", *gates.names, "schedule/default/no-such-schedule"]

    with pytest.raises(FunctionFailed, match="2 of 4 gates could not be toggled") as failed:
        operator.invoke("RuleToggler", {"action": "disable", "targets": targets})

    assert failed.value.error == "GatesFailed"
    assert "GateNotFound: There is no rule no-such-rule" in failed.value.message
    assert "GateNotFound: There is no schedule no-such-schedule" in failed.value.message
    assert gates.states() == CLOSED
