"""Whatever the rule toggler is broken off at, the same event once more sets it right.

Each test breaks an invocation off at every AWS call that it makes, one after another: the process dies
before the call had its effect or after it, or the answer of the call is lost.
"""

from collections.abc import Callable

import pytest

from stepkeeper.pipelines.errors import GatesFailed
from tests.handlers.toggled import BOTH, CLOSING, OPENING, Toggled
from tests.wire import BREAKS, Break, Crash


def every_call(of: dict[str, list[str]]) -> pytest.MarkDecorator:
    cases = [(gate, call, how) for gate in BOTH for call in range(len(of[gate])) for how in BREAKS]
    return pytest.mark.parametrize(("gate", "call", "how"), cases)


def broken_off(toggled: Toggled, call: int, how: Break, toggle: Callable[[], object]) -> None:
    """Runs `toggle`, which must not say that it succeeded."""
    with toggled.stack.aws.wire.breaking(call, how), pytest.raises((Crash, GatesFailed)):
        toggle()


@pytest.mark.parametrize("gate", BOTH)
def test_the_calls_that_are_broken_off_are_all_that_there_are(toggled: Toggled, gate: str) -> None:
    wire = toggled.stack.aws.wire

    toggled.close(gate)
    closing = list(wire.calls)
    wire.calls.clear()
    toggled.open(gate)

    assert closing == CLOSING[gate]
    assert wire.calls == OPENING[gate]


@every_call(CLOSING)
def test_a_disable_that_broke_off_and_came_again_has_closed_the_gate_and_enable_opens_it(
    toggled: Toggled, gate: str, call: int, how: Break
) -> None:
    before = toggled.as_it_is(gate)

    broken_off(toggled, call, how, lambda: toggled.close(gate, owner="orders"))
    toggled.close(gate, owner="orders")
    closed, owners = toggled.as_it_is(gate), toggled.owners()
    toggled.open(gate, owner="orders")

    assert (closed, owners) == ({**before, "State": "DISABLED"}, {"orders"})
    assert toggled.as_it_is(gate) == before
    assert toggled.holds() == []


@every_call(CLOSING)
def test_a_disable_that_broke_off_and_never_came_again_keeps_no_gate_closed_for_ever(
    toggled: Toggled, gate: str, call: int, how: Break
) -> None:
    before = toggled.as_it_is(gate)

    broken_off(toggled, call, how, lambda: toggled.close(gate, owner="orders"))
    toggled.open(gate, owner="orders")

    assert toggled.as_it_is(gate) == before
    assert toggled.holds() == []


@every_call(OPENING)
def test_an_enable_that_broke_off_and_came_again_has_opened_the_gate(
    toggled: Toggled, gate: str, call: int, how: Break
) -> None:
    before = toggled.as_it_is(gate)
    toggled.close(gate, owner="orders")

    broken_off(toggled, call, how, lambda: toggled.open(gate, owner="orders"))
    toggled.open(gate, owner="orders")

    assert toggled.as_it_is(gate) == before
    assert toggled.holds() == []


@every_call(OPENING)
def test_an_enable_that_broke_off_leaves_the_gate_to_be_closed_by_whoever_fails_next(
    toggled: Toggled, gate: str, call: int, how: Break
) -> None:
    before = toggled.as_it_is(gate)
    toggled.close(gate, owner="orders")

    broken_off(toggled, call, how, lambda: toggled.open(gate, owner="orders"))
    toggled.close(gate, owner="bills")
    closed = toggled.state(gate)
    toggled.open(gate, owner="orders")
    toggled.open(gate, owner="bills")

    assert closed == "DISABLED"
    assert toggled.as_it_is(gate) == before
    assert toggled.holds() == []


@pytest.mark.parametrize("how", BREAKS)
@pytest.mark.parametrize("call", [0, 1])
@pytest.mark.parametrize("gate", BOTH)
def test_a_gate_that_a_person_disabled_stays_disabled_whatever_broke_off(
    toggled: Toggled, gate: str, call: int, how: Break
) -> None:
    toggled.by_hand(gate, "DISABLED")

    for toggle in (toggled.close, toggled.open):
        broken_off(toggled, call, how, lambda toggle=toggle: toggle(gate))
        toggle(gate)
        toggled.open(gate)

    assert toggled.state(gate) == "DISABLED"
    assert toggled.holds() == []
