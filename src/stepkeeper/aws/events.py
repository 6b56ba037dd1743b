"""EventBridge rules: reading them, and setting their state and nothing else of them."""

from typing import TYPE_CHECKING, Any

from stepkeeper.domain.gate import Gate, GateState
from stepkeeper.domain.gate_seen import GateSeen
from stepkeeper.domain.start_input import Target
from stepkeeper.errors import GateContended, GateManaged, GateNotFound

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

REPLACED_BY_PUT_RULE = ("ScheduleExpression", "EventPattern", "Description", "RoleArn")
"""PutRule sets what it is not given to nothing; targets and tags it leaves alone."""

WRITES_TRIED = 3


def read_state(client: "EventBridgeClient", gate: Gate) -> GateState:
    """Whether the rule is enabled, and how. Raises GateNotFound, GateManaged."""
    state: GateState = _describe(client, gate)["State"]
    return state


def read(client: "EventBridgeClient", gate: Gate) -> GateSeen:
    """The rule's state and expression. Raises GateNotFound, GateManaged."""
    rule = _describe(client, gate)
    return GateSeen(gate=gate, state=rule["State"], expression=rule.get("ScheduleExpression") or None)


def read_targets(client: "EventBridgeClient", gate: Gate) -> tuple[str, list[Target]]:
    """The rule's ARN and what it starts. Raises GateNotFound, GateManaged."""
    arn = _describe(client, gate)["Arn"]
    listed = client.list_targets_by_rule(Rule=gate.name, EventBusName=gate.group)["Targets"]
    return arn, [
        Target(
            arn=target["Arn"],
            input=target.get("Input"),
            is_transformed="InputPath" in target or "InputTransformer" in target,
        )
        for target in listed
    ]


def set_state(client: "EventBridgeClient", gate: Gate, state: GateState) -> None:
    """Sets the rule's state. Raises GateNotFound, GateManaged, GateContended."""
    for _ in range(WRITES_TRIED):
        try:
            _write(client, gate, state)
        except client.exceptions.ConcurrentModificationException:
            continue  # written by somebody else meanwhile, which boto3 does not try again
        return
    raise GateContended(f"{gate} was being changed by others, {WRITES_TRIED} times in a row; try again.")


def _write(client: "EventBridgeClient", gate: Gate, state: GateState) -> None:
    match state:
        case "DISABLED":
            client.disable_rule(Name=gate.name, EventBusName=gate.group)
        case "ENABLED":
            client.enable_rule(Name=gate.name, EventBusName=gate.group)
        case _:
            # EnableRule can't tell the two enabled states apart; only PutRule can ask for the third.
            rule = _describe(client, gate)
            kept = {key: rule[key] for key in REPLACED_BY_PUT_RULE if rule.get(key)}
            client.put_rule(Name=gate.name, EventBusName=gate.group, State=state, **kept)


def _describe(client: "EventBridgeClient", gate: Gate) -> Any:
    try:
        rule = client.describe_rule(Name=gate.name, EventBusName=gate.group)
    except client.exceptions.ResourceNotFoundException as error:
        raise GateNotFound(f"There is no rule {gate.name} on the event bus {gate.group}.") from error
    if rule.get("ManagedBy"):
        raise GateManaged(f"{gate} is managed by {rule['ManagedBy']}, and only that service can toggle it.")
    return rule
