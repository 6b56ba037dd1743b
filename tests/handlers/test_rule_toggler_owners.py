"""Who closed a gate, and who alone may open it."""

import pytest

from tests.handlers.toggled import BOTH, RULE, Toggled


@pytest.mark.parametrize("gate", BOTH)
def test_a_gate_that_a_person_disabled_stays_disabled(toggled: Toggled, gate: str) -> None:
    toggled.by_hand(gate, "DISABLED")

    (closed,) = toggled.close(gate)
    (opened,) = toggled.open(gate)

    assert not closed["changed"]
    assert (opened["after"], opened["changed"]) == ("DISABLED", False)
    assert opened["reason"] == "Stepkeeper did not disable it: whoever did has to enable it"
    assert toggled.state(gate) == "DISABLED"
    assert toggled.holds() == []


@pytest.mark.parametrize("gate", BOTH)
def test_a_gate_that_a_person_opened_meanwhile_is_left_open_and_let_go_of(
    toggled: Toggled, gate: str
) -> None:
    toggled.close(gate)
    toggled.by_hand(gate, "ENABLED")

    (opened,) = toggled.open(gate)

    assert (opened["before"], opened["after"], opened["changed"]) == ("ENABLED", "ENABLED", False)
    assert opened["reason"] == "somebody had opened it meanwhile"
    assert toggled.holds() == []


@pytest.mark.parametrize("gate", BOTH)
def test_a_gate_that_two_hold_opens_when_the_last_one_lets_go(toggled: Toggled, gate: str) -> None:
    toggled.close(gate, owner="orders")
    (joined,) = toggled.close(gate, owner="bills")
    (first,) = toggled.open(gate, owner="orders")
    between = toggled.state(gate)
    (last,) = toggled.open(gate, owner="bills")

    assert joined["reason"] == "held closed for bills, and for orders"
    assert (first["changed"], first["reason"]) == (
        False,
        "orders let go, but it is still held closed for bills",
    )
    assert between == "DISABLED"
    assert (last["changed"], last["reason"]) == (True, "bills let go, nobody else holds it")
    assert toggled.state(gate) == "ENABLED"
    assert toggled.holds() == []


def test_somebody_who_does_not_hold_a_gate_can_not_open_it(toggled: Toggled) -> None:
    toggled.close(RULE, owner="orders")

    (answer,) = toggled.open(RULE, owner="bills")

    assert answer["reason"] == "it is held closed for orders, not for bills"
    assert toggled.state(RULE) == "DISABLED"
    assert toggled.owners() == {"orders"}
