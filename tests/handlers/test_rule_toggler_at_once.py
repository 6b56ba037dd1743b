"""Invocations of the rule toggler that run at the same time.

Each test lets one invocation happen wholly within another one, before each of its AWS calls in turn.
"""

import pytest

from tests.handlers.toggled import BOTH, CLOSING, OPENING, Toggled


def every_call(of: dict[str, list[str]]) -> pytest.MarkDecorator:
    cases = [(gate, call) for gate in BOTH for call in range(len(of[gate]))]
    return pytest.mark.parametrize(("gate", "call"), cases)


@every_call(CLOSING)
def test_a_disable_that_is_delivered_twice_at_once_closes_the_gate_once(
    toggled: Toggled, gate: str, call: int
) -> None:
    before = toggled.as_it_is(gate)

    with toggled.stack.aws.wire.meanwhile(call, lambda: toggled.close(gate, owner="orders")):
        toggled.close(gate, owner="orders")
    closed, owners = toggled.state(gate), toggled.owners()
    toggled.open(gate, owner="orders")

    assert (closed, owners) == ("DISABLED", {"orders"})
    assert toggled.as_it_is(gate) == before
    assert toggled.holds() == []


@every_call(OPENING)
def test_an_enable_that_is_delivered_twice_at_once_opens_the_gate_and_fails_nowhere(
    toggled: Toggled, gate: str, call: int
) -> None:
    before = toggled.as_it_is(gate)
    toggled.close(gate, owner="orders")

    with toggled.stack.aws.wire.meanwhile(call, lambda: toggled.open(gate, owner="orders")):
        toggled.open(gate, owner="orders")

    assert toggled.as_it_is(gate) == before
    assert toggled.holds() == []


@every_call(CLOSING)
def test_two_that_close_a_gate_at_once_both_hold_it(toggled: Toggled, gate: str, call: int) -> None:
    before = toggled.as_it_is(gate)

    with toggled.stack.aws.wire.meanwhile(call, lambda: toggled.close(gate, owner="bills")):
        toggled.close(gate, owner="orders")
    closed, owners = toggled.state(gate), toggled.owners()
    toggled.open(gate, owner="orders")
    between = toggled.state(gate)
    toggled.open(gate, owner="bills")

    assert (closed, owners) == ("DISABLED", {"orders", "bills"})
    assert between == "DISABLED"
    assert toggled.as_it_is(gate) == before
    assert toggled.holds() == []


@every_call(OPENING)
def test_a_gate_that_another_closes_while_it_is_being_opened_is_closed_in_the_end(
    toggled: Toggled, gate: str, call: int
) -> None:
    before = toggled.as_it_is(gate)
    toggled.close(gate, owner="orders")

    with toggled.stack.aws.wire.meanwhile(call, lambda: toggled.close(gate, owner="bills")):
        toggled.open(gate, owner="orders")
    closed, owners = toggled.state(gate), toggled.owners()
    toggled.open(gate, owner="bills")

    assert (closed, owners) == ("DISABLED", {"bills"})
    assert toggled.as_it_is(gate) == before
    assert toggled.holds() == []


@pytest.mark.parametrize("gate", BOTH)
def test_a_gate_that_another_joined_before_its_last_owner_left_is_not_open_for_a_moment(
    toggled: Toggled, gate: str
) -> None:
    wire = toggled.stack.aws.wire
    toggled.close(gate, owner="orders")

    with wire.meanwhile(
        OPENING[gate].index("dynamodb:UpdateItem"), lambda: toggled.close(gate, owner="bills")
    ):
        (answer,) = toggled.open(gate, owner="orders")

    assert not {"events:EnableRule", "scheduler:UpdateSchedule"} & set(wire.calls)
    assert (answer["after"], answer["changed"]) == ("DISABLED", False)
    assert toggled.owners() == {"bills"}


@pytest.mark.parametrize("call", range(3))
@pytest.mark.parametrize("gate", BOTH)
def test_two_that_let_go_at_once_open_the_gate(toggled: Toggled, gate: str, call: int) -> None:
    before = toggled.as_it_is(gate)
    toggled.close(gate, owner="orders")
    toggled.close(gate, owner="bills")

    with toggled.stack.aws.wire.meanwhile(call, lambda: toggled.open(gate, owner="bills")):
        toggled.open(gate, owner="orders")

    assert toggled.as_it_is(gate) == before
    assert toggled.holds() == []


@every_call(OPENING)
def test_a_gate_that_its_owner_closes_again_while_it_is_being_opened_is_closed_and_held(
    toggled: Toggled, gate: str, call: int
) -> None:
    toggled.close(gate, owner="orders")

    with toggled.stack.aws.wire.meanwhile(call, lambda: toggled.close(gate, owner="orders")):
        toggled.open(gate, owner="orders")

    in_agreement = {("DISABLED", frozenset({"orders"})), ("ENABLED", frozenset())}
    assert (toggled.state(gate), frozenset(toggled.owners())) in in_agreement


@every_call(CLOSING)
def test_a_gate_that_its_owner_lets_go_of_while_it_is_being_closed_can_still_be_opened(
    toggled: Toggled, gate: str, call: int
) -> None:
    before = toggled.as_it_is(gate)

    with toggled.stack.aws.wire.meanwhile(call, lambda: toggled.open(gate, owner="orders")):
        toggled.close(gate, owner="orders")
    toggled.open(gate, owner="orders")

    assert toggled.as_it_is(gate) == before
    assert toggled.holds() == []
