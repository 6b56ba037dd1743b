"""The state table: the holds on gates, and the alerts that were sent."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from stepkeeper.domain.gate import Gate, GateState
from stepkeeper.domain.rule_toggler import Hold

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

Key = dict[str, "AttributeValueTypeDef"]


def read_hold(client: "DynamoDBClient", table: str, gate: Gate) -> Hold | None:
    """The hold on a gate, if Stepkeeper holds it closed."""
    item = client.get_item(TableName=table, Key=_gate(gate), ConsistentRead=True).get("Item")
    if item is None:
        return None
    return Hold(
        owners=frozenset(item.get("owners", {}).get("SS", [])),
        state_before=item["state_before"]["S"],  # type: ignore[arg-type]
    )


def begin_hold(
    client: "DynamoDBClient", table: str, gate: Gate, *, owner: str, state_before: GateState, reason: str
) -> None:
    """Writes down who has the gate closed, and the state it is to come back to."""
    client.update_item(
        TableName=table,
        Key=_gate(gate),
        UpdateExpression="ADD owners :owner SET state_before = :state, reason = :reason",
        ExpressionAttributeValues={
            ":owner": {"SS": [owner]},
            ":state": {"S": state_before},
            ":reason": {"S": reason},
        },
    )


def join_hold(client: "DynamoDBClient", table: str, gate: Gate, *, owner: str) -> bool:
    """Adds an owner; False where the hold has gone meanwhile."""
    try:
        client.update_item(
            TableName=table,
            Key=_gate(gate),
            UpdateExpression="ADD owners :owner",
            ConditionExpression="attribute_exists(pk)",
            ExpressionAttributeValues={":owner": {"SS": [owner]}},
        )
    except client.exceptions.ConditionalCheckFailedException:
        return False
    return True


def leave_hold(client: "DynamoDBClient", table: str, gate: Gate, *, owner: str) -> frozenset[str] | None:
    """Takes an owner off and gives those who are left; None where the hold has gone meanwhile.

    A hold without owners stays until it is ended.
    """
    try:
        left = client.update_item(
            TableName=table,
            Key=_gate(gate),
            UpdateExpression="DELETE owners :owner",
            ConditionExpression="attribute_exists(pk)",
            ExpressionAttributeValues={":owner": {"SS": [owner]}},
            ReturnValues="ALL_NEW",
        )["Attributes"]
    except client.exceptions.ConditionalCheckFailedException:
        return None
    return frozenset(left.get("owners", {}).get("SS", []))


def end_hold(client: "DynamoDBClient", table: str, gate: Gate) -> bool:
    """Forgets a hold that has no owners; False where somebody has joined it meanwhile."""
    try:
        client.delete_item(
            TableName=table, Key=_gate(gate), ConditionExpression="attribute_not_exists(owners)"
        )
    except client.exceptions.ConditionalCheckFailedException:
        return False
    return True


def read_told_at(client: "DynamoDBClient", table: str, incident: str) -> datetime | None:
    """When people were last told of an incident."""
    item = client.get_item(TableName=table, Key=_incident(incident), ConsistentRead=True).get("Item")
    return datetime.fromisoformat(item["told_at"]["S"]) if item else None


def write_told_at(
    client: "DynamoDBClient", table: str, incident: str, *, told_at: datetime, keep_for: timedelta
) -> None:
    """Remembers that people were told of an incident."""
    client.put_item(
        TableName=table,
        Item={
            **_incident(incident),
            "told_at": {"S": told_at.astimezone(UTC).isoformat()},
            "expires_at": {"N": str(int((told_at + keep_for).timestamp()))},
        },
    )


def _gate(gate: Gate) -> Key:
    return {"pk": {"S": f"gate#{gate}"}, "sk": {"S": "hold"}}


def _incident(incident: str) -> Key:
    return {"pk": {"S": f"incident#{incident}"}, "sk": {"S": "told"}}
