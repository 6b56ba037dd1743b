"""A gate of either kind, rule or schedule, and the hold on it in the state table.

The hold is written before its gate is closed, and ended after it is open: what breaks off in between can
be repeated, and no gate stays closed without anybody knowing for whom.
"""

from datetime import datetime
from typing import assert_never

from stepkeeper.aws import events, holds, missed_starts, scheduler, told_holds
from stepkeeper.aws.clients import client
from stepkeeper.domain.gate import Gate, GateState
from stepkeeper.domain.gate_seen import GateSeen
from stepkeeper.domain.hold import Hold
from stepkeeper.domain.missed import ClosedTime
from stepkeeper.errors import GateContended

CLOSES_TRIED = 3


def read_gate(gate: Gate) -> GateSeen:
    """The gate's state and schedule. Raises GateNotFound, GateManaged."""
    match gate.kind:
        case "rule":
            return events.read(client("events"), gate)
        case "schedule":
            return scheduler.read(client("scheduler"), gate)
    assert_never(gate.kind)


def read_state(gate: Gate) -> GateState:
    """The gate's state. Raises GateNotFound, GateManaged."""
    return read_gate(gate).state


def set_state(gate: Gate, state: GateState) -> None:
    """Sets the gate's state and nothing else of it. Raises GateNotFound, GateManaged, GateContended."""
    match gate.kind:
        case "rule":
            events.set_state(client("events"), gate, state)
        case "schedule":
            scheduler.set_state(client("scheduler"), gate, state)


def close(
    table: str,
    gate: Gate,
    *,
    owner: str,
    state_before: GateState,
    reason: str,
    now: datetime,
    since: datetime | None = None,
) -> None:
    """Holds the gate for `owner` and closes it; `since` is when the trouble of a pipeline began.

    Raises what `set_state` raises.
    """
    state_table = client("dynamodb")
    for _ in range(CLOSES_TRIED):
        holds.begin_hold(
            state_table,
            table,
            gate,
            owner=owner,
            state_before=state_before,
            reason=reason,
            at=now,
            since=since,
        )
        _disable(table, gate, owner=owner)
        # Who let go in between found the gate open, and has ended the hold.
        if holds.join_hold(state_table, table, gate, owner=owner, closed_at=now, since=since):
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


def join(
    table: str, gate: Gate, hold: Hold, *, owner: str, now: datetime, since: datetime | None = None
) -> bool:
    """Holds the closed gate for `owner`, too. False: the hold has been ended meanwhile."""
    closed_at = hold.closed_since or now
    return holds.join_hold(client("dynamodb"), table, gate, owner=owner, closed_at=closed_at, since=since)


def reopen(
    table: str, gate: Gate, hold: Hold, *, owner: str, now: datetime, is_mapped: bool, reason: str
) -> bool:
    """Takes the last owner off and opens the gate. False: another joined, or has opened it already.

    For the gate of a pipeline of the map, the closed time is written down first: what it missed is made up
    for. People are still to be told.
    """
    state_table = client("dynamodb")
    if holds.leave_hold(state_table, table, gate, owner=owner) != frozenset():
        return False
    closed = ClosedTime(gate, closed_at=hold.closed_since or now, opened_at=now)
    if is_mapped:
        missed_starts.put_closed_time(state_table, table, closed)
    set_state(gate, hold.state_before)
    if is_mapped:
        ended = told_holds.end_hold_untold(state_table, table, gate, opened_at=now, reason=reason)
    else:
        ended = holds.end_hold(state_table, table, gate)
    if not ended:
        set_state(gate, "DISABLED")
        if holds.read_hold(state_table, table, gate) is None:
            # Who saw it open in between took that for a person's doing: without a hold nobody would open it.
            set_state(gate, hold.state_before)
        missed_starts.drop_closed_time(state_table, table, closed)
    return ended


def respect(table: str, gate: Gate, hold: Hold, *, now: datetime) -> bool:
    """Ends the hold on a gate that somebody else has opened. False: the hold is not the same any more.

    The closed time is written down first: what it missed is made up for.
    """
    state_table = client("dynamodb")
    closed = ClosedTime(gate, closed_at=hold.closed_since or now, opened_at=now, is_vague=True)
    missed_starts.put_closed_time(state_table, table, closed)
    respected = told_holds.respect(state_table, table, gate, hold, at=now)
    if not respected:
        missed_starts.drop_closed_time(state_table, table, closed)
    return respected


def let_go(table: str, gate: Gate, *, owner: str) -> bool:
    """Takes an owner off the closed gate. False: the others have let go meanwhile, too."""
    return bool(holds.leave_hold(client("dynamodb"), table, gate, owner=owner))


def forget(table: str, gate: Gate, *, owner: str) -> None:
    """Takes an owner off the open gate, and ends the hold where that was the last."""
    holds.leave_hold(client("dynamodb"), table, gate, owner=owner)
    holds.end_hold(client("dynamodb"), table, gate)
