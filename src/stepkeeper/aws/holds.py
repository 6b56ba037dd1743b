"""The state table: the holds on gates, each with its owners.

A gate that is known to be closed has `closed_at`, and one that was opened again and is still to be told of
has `opened_at`, with which the hold is over.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from stepkeeper.aws.hold_items import OPENED, hold_in, key_of, owner_since
from stepkeeper.aws.items import batch_get
from stepkeeper.aws.moments import text_of
from stepkeeper.domain.gate import Gate, GateState
from stepkeeper.domain.hold import Hold

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

Values = dict[str, "AttributeValueTypeDef"]


def read_hold(client: "DynamoDBClient", table: str, gate: Gate) -> Hold | None:
    """The hold on a gate, if Stepkeeper holds it closed."""
    item = client.get_item(TableName=table, Key=key_of(gate), ConsistentRead=True).get("Item")
    return None if item is None or OPENED in item else hold_in(item)


def read_holds(client: "DynamoDBClient", table: str, gates: Iterable[Gate]) -> dict[Gate, Hold]:
    """The holds on these gates, and those that are over and not told of."""
    keys = {key_of(gate)["pk"]["S"]: gate for gate in gates}
    items = batch_get(client, table, map(key_of, keys.values()))
    return {keys[item["pk"]["S"]]: hold_in(item) for item in items}


def begin_hold(
    client: "DynamoDBClient",
    table: str,
    gate: Gate,
    *,
    owner: str,
    state_before: GateState,
    reason: str,
    at: datetime,
    since: datetime | None = None,
) -> None:
    """Writes down who has the gate closed, and the state it is to come back to.

    With `since`, when the trouble of an upstream pipeline began, people are still to be told.
    """
    values: Values = {
        ":owner": {"SS": [owner]},
        ":state": {"S": state_before},
        ":reason": {"S": reason},
        ":at": {"S": text_of(at)},
    }
    kept = ", #since"
    change = "ADD owners :owner SET state_before = :state, reason = :reason, closing_at = :at"
    if since:
        values |= {":since": {"S": text_of(since)}, ":yes": {"BOOL": True}}
        kept, change = "", f"{change}, #since = :since, untold = :yes"
    client.update_item(
        TableName=table,
        Key=key_of(gate),
        UpdateExpression=f"{change} REMOVE closed_at, {OPENED}{kept}",
        ExpressionAttributeNames=owner_since(owner),
        ExpressionAttributeValues=values,
    )


def join_hold(
    client: "DynamoDBClient",
    table: str,
    gate: Gate,
    *,
    owner: str,
    closed_at: datetime,
    since: datetime | None = None,
) -> bool:
    """Adds an owner to a gate that is closed; False where the hold has gone meanwhile."""
    values: Values = {":owner": {"SS": [owner]}, ":closed": {"S": text_of(closed_at)}}
    change = "ADD owners :owner SET closed_at = if_not_exists(closed_at, :closed)"
    if since:
        values[":since"] = {"S": text_of(since)}
    try:
        client.update_item(
            TableName=table,
            Key=key_of(gate),
            UpdateExpression=f"{change}, #since = :since" if since else f"{change} REMOVE #since",
            ConditionExpression=f"attribute_exists(pk) AND attribute_not_exists({OPENED})",
            ExpressionAttributeNames=owner_since(owner),
            ExpressionAttributeValues=values,
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
            Key=key_of(gate),
            UpdateExpression="DELETE owners :owner REMOVE #since",
            ConditionExpression=f"attribute_exists(pk) AND attribute_not_exists({OPENED})",
            ExpressionAttributeNames=owner_since(owner),
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
            TableName=table, Key=key_of(gate), ConditionExpression="attribute_not_exists(owners)"
        )
    except client.exceptions.ConditionalCheckFailedException:
        return False
    return True
