"""What is decided about a gate, for every state it can be found in."""

import itertools

import pytest

from stepkeeper.domain.gate import GateState
from stepkeeper.domain.rule_toggler import (
    Close,
    Decision,
    Forget,
    Hold,
    Join,
    LetGo,
    Nothing,
    Open,
    decide_close,
    decide_open,
)

CLOUDTRAIL: GateState = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
LAST = "orders let go, nobody else holds it"
STATES: tuple[GateState, ...] = ("ENABLED", "DISABLED", CLOUDTRAIL)


def hold(*owners: str, state_before: GateState = "ENABLED") -> Hold:
    return Hold(owners=frozenset(owners), state_before=state_before)


@pytest.mark.parametrize(
    ("state", "held", "decision"),
    [
        ("ENABLED", None, Close("closed for orders")),
        (CLOUDTRAIL, None, Close("closed for orders")),
        ("DISABLED", None, Nothing("somebody else had disabled it, and only they enable it again")),
        ("DISABLED", hold("orders"), Nothing("it is held closed for orders already")),
        ("DISABLED", hold("orders", "bills"), Nothing("it is held closed for orders already")),
        ("DISABLED", hold("bills"), Join("held closed for orders, and for bills")),
        ("DISABLED", hold("stock", "bills"), Join("held closed for orders, and for bills, stock")),
        ("DISABLED", hold(), Join("for orders")),
        ("ENABLED", hold("orders"), Close("closed for orders: somebody had opened it meanwhile")),
        ("ENABLED", hold("bills"), Close("closed for orders: somebody had opened it meanwhile")),
        (CLOUDTRAIL, hold(), Close("closed for orders: somebody had opened it meanwhile")),
    ],
)
def test_what_closing_for_orders_comes_to(state: GateState, held: Hold | None, decision: Decision) -> None:
    assert decide_close(state, held, owner="orders") == decision


@pytest.mark.parametrize(
    ("state", "held", "decision"),
    [
        ("ENABLED", None, Nothing("it was open")),
        (CLOUDTRAIL, None, Nothing("it was open")),
        ("DISABLED", None, Nothing("Stepkeeper did not disable it: whoever did has to enable it")),
        ("DISABLED", hold("orders"), Open("ENABLED", LAST)),
        ("DISABLED", hold("orders", state_before=CLOUDTRAIL), Open(CLOUDTRAIL, LAST)),
        ("DISABLED", hold(), Open("ENABLED", LAST)),
        ("DISABLED", hold("orders", "bills"), LetGo("orders let go, but it is still held closed for bills")),
        ("DISABLED", hold("bills"), Nothing("it is held closed for bills, not for orders")),
        ("ENABLED", hold("orders"), Forget("somebody had opened it meanwhile")),
        (CLOUDTRAIL, hold(), Forget("somebody had opened it meanwhile")),
    ],
)
def test_what_letting_go_for_orders_comes_to(state: GateState, held: Hold | None, decision: Decision) -> None:
    assert decide_open(state, held, owner="orders") == decision


HOLDS = [None, hold(), hold("orders"), hold("bills"), hold("orders", "bills")]


@pytest.mark.parametrize(("state", "held"), list(itertools.product(STATES, HOLDS)))
def test_a_gate_opens_only_where_stepkeeper_holds_it_and_for_nobody_else(
    state: GateState, held: Hold | None
) -> None:
    decision = decide_open(state, held, owner="orders")

    opens = isinstance(decision, Open)
    assert opens == (state == "DISABLED" and held is not None and held.owners <= {"orders"})


@pytest.mark.parametrize(("state", "held"), list(itertools.product(STATES, HOLDS)))
def test_a_gate_that_is_disabled_already_is_never_closed_again(state: GateState, held: Hold | None) -> None:
    decision = decide_close(state, held, owner="orders")

    assert isinstance(decision, Close) == (state != "DISABLED")
