"""A gate of either kind: EventBridge and its Scheduler have nothing in common but that they start things."""

from typing import assert_never

from stepkeeper.aws import events, scheduler
from stepkeeper.aws.clients import client
from stepkeeper.domain.gate import Gate, GateState


def read_state(gate: Gate) -> GateState:
    """The gate's state. Raises GateNotFound, GateManaged."""
    match gate.kind:
        case "rule":
            return events.read_state(client("events"), gate)
        case "schedule":
            return scheduler.read_state(client("scheduler"), gate)
    assert_never(gate.kind)


def set_state(gate: Gate, state: GateState) -> None:
    """Sets the gate's state and nothing else of it. Raises GateNotFound, GateManaged, GateContended."""
    match gate.kind:
        case "rule":
            events.set_state(client("events"), gate, state)
        case "schedule":
            scheduler.set_state(client("scheduler"), gate, state)
