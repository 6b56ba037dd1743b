"""A gate of either kind, rule or schedule, and the hold on it in the state table.

The hold is written before its gate is closed, and ended after it is open: what breaks off in between can
be repeated, and no gate stays closed without anybody knowing for whom.
"""

from typing import assert_never

from stepkeeper.aws import dynamodb, events, scheduler
from stepkeeper.aws.clients import client
from stepkeeper.domain.gate import Gate, GateState
from stepkeeper.domain.gate_seen import GateSeen
from stepkeeper.errors import GateContended

CLOSES_TRIED = 3


def read_state(gate: Gate) -> GateState:
    """The gate's state. Raises GateNotFound, GateManaged."""
    match gate.kind:
        case "rule":
            return events.read_state(client("events"), gate)
        case "schedule":
            return scheduler.read_state(client("scheduler"), gate)
    assert_never(gate.kind)


def read_gate(gate: Gate) -> GateSeen:
    """The gate's state and schedule. Raises GateNotFound, GateManaged."""
    match gate.kind:
        case "rule":
            return events.read(client("events"), gate)
        case "schedule":
            return scheduler.read(client("scheduler"), gate)
    assert_never(gate.kind)


def set_state(gate: Gate, state: GateState) -> None:
    """Sets the gate's state and nothing else of it. Raises GateNotFound, GateManaged, GateContended."""
    match gate.kind:
        case "rule":
            events.set_state(client("events"), gate, state)
        case "schedule":
            scheduler.set_state(client("scheduler"), gate, state)


def close(table: str, gate: Gate, *, owner: str, state_before: GateState, reason: str) -> None:
    """Holds the gate for `owner` and closes it. Raises what `set_state` raises."""
    state_table = client("dynamodb")
    for _ in range(CLOSES_TRIED):
        dynamodb.begin_hold(state_table, table, gate, owner=owner, state_before=state_before, reason=reason)
        _disable(table, gate, owner=owner)
        # Who let go in between found the gate open, and has ended the hold.
        if dynamodb.join_hold(state_table, table, gate, owner=owner):
            return
    raise GateContended(f"{gate} was being opened by others, {CLOSES_TRIED} times in a row; try again.")


def _disable(table: str, gate: Gate, *, owner: str) -> None:
    """Closes the gate, or takes `owner` off again: a hold on an open gate would claim what others close."""
    try:
        set_state(gate, "DISABLED")
    except Exception:
        if read_state(gate) != "DISABLED":
            forget(table, gate, owner=owner)
        raise


def join(table: str, gate: Gate, *, owner: str) -> bool:
    """Holds the closed gate for `owner`, too. False: the hold has been ended meanwhile."""
    return dynamodb.join_hold(client("dynamodb"), table, gate, owner=owner)


def reopen(table: str, gate: Gate, *, owner: str, state: GateState) -> bool:
    """Takes the last owner off and opens the gate. False: another joined, or has opened it already."""
    if dynamodb.leave_hold(client("dynamodb"), table, gate, owner=owner) != frozenset():
        return False
    set_state(gate, state)
    if dynamodb.end_hold(client("dynamodb"), table, gate):
        return True
    set_state(gate, "DISABLED")
    return False


def let_go(table: str, gate: Gate, *, owner: str) -> bool:
    """Takes an owner off the closed gate. False: the others have let go meanwhile, too."""
    return bool(dynamodb.leave_hold(client("dynamodb"), table, gate, owner=owner))


def forget(table: str, gate: Gate, *, owner: str) -> None:
    """Takes an owner off the open gate, and ends the hold where that was the last."""
    dynamodb.leave_hold(client("dynamodb"), table, gate, owner=owner)
    dynamodb.end_hold(client("dynamodb"), table, gate)
