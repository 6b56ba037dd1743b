"""The state table: what people were told of the holds on gates, and what they decided about them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from stepkeeper.aws.hold_items import OPENED, key_of
from stepkeeper.aws.items import batch_get
from stepkeeper.aws.moments import text_of
from stepkeeper.domain.gate import Gate
from stepkeeper.domain.hold import ANYBODY, Hold

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

RELEASED = "released for "
"""Before the name of an owner, or ANYBODY."""


def end_hold_untold(
    client: "DynamoDBClient", table: str, gate: Gate, *, opened_at: datetime, reason: str
) -> bool:
    """Ends a hold that has no owners, of which people are to be told; False where somebody has joined it."""
    try:
        client.update_item(
            TableName=table,
            Key=key_of(gate),
            UpdateExpression=f"SET {OPENED} = :at, untold = :yes, reason = :reason",
            ConditionExpression="attribute_exists(pk) AND attribute_not_exists(owners)",
            ExpressionAttributeValues={
                ":at": {"S": text_of(opened_at)},
                ":yes": {"BOOL": True},
                ":reason": {"S": reason},
            },
        )
    except client.exceptions.ConditionalCheckFailedException:
        return False
    return True


def mark_told(client: "DynamoDBClient", table: str, gate: Gate) -> None:
    """People know of the hold, or that it is over, with which nothing is left of it."""
    try:
        client.delete_item(
            TableName=table,
            Key=key_of(gate),
            ConditionExpression=f"attribute_exists({OPENED}) AND attribute_not_exists(owners)",
        )
    except client.exceptions.ConditionalCheckFailedException:
        _remove_untold(client, table, gate)


def _remove_untold(client: "DynamoDBClient", table: str, gate: Gate) -> None:
    try:
        client.update_item(
            TableName=table,
            Key=key_of(gate),
            UpdateExpression="REMOVE untold",
            ConditionExpression=f"attribute_exists(pk) AND attribute_not_exists({OPENED})",
        )
    except client.exceptions.ConditionalCheckFailedException:
        return  # it has ended or been opened meanwhile, which is to be told


def respect(client: "DynamoDBClient", table: str, gate: Gate, hold: Hold, *, at: datetime) -> bool:
    """Ends the hold on a gate that somebody has opened: what was wrong until then holds it no more.

    False where the hold is not the same any more.
    """
    if hold.closed_at is None:
        return False
    condition = "closed_at = :closed AND attribute_not_exists(owners)"
    values: dict[str, AttributeValueTypeDef] = {":closed": {"S": hold.closed_at.isoformat()}}
    if hold.owners:
        condition = "closed_at = :closed AND owners = :owners"
        values[":owners"] = {"SS": sorted(hold.owners)}
    delete = {"Key": key_of(gate), "ConditionExpression": condition, "ExpressionAttributeValues": values}
    try:
        client.transact_write_items(
            TransactItems=[
                {"Delete": {"TableName": table, **delete}},  # type: ignore[typeddict-item]
                {"Update": {"TableName": table, **_release(gate, ANYBODY, at)}},  # type: ignore[typeddict-item]
            ]
        )
    except client.exceptions.TransactionCanceledException:
        return False
    return True


def release(client: "DynamoDBClient", table: str, gate: Gate, *, owner: str, at: datetime) -> None:
    """A person lets go of a gate for an owner: what was wrong with it until then holds the gate no more."""
    client.update_item(TableName=table, **_release(gate, owner, at))  # type: ignore[arg-type]


def read_released(
    client: "DynamoDBClient", table: str, gates: Iterable[Gate]
) -> dict[Gate, Mapping[str, datetime]]:
    """When people last let go of these gates, by the owner, or ANYBODY who opened it past Stepkeeper."""
    wanted = {_released(gate)["pk"]["S"]: gate for gate in gates}
    found = {
        wanted[item["pk"]["S"]]: {
            name.removeprefix(RELEASED): datetime.fromisoformat(value["S"])
            for name, value in item.items()
            if name.startswith(RELEASED)
        }
        for item in batch_get(client, table, map(_released, wanted.values()))
    }
    return {gate: found.get(gate, {}) for gate in wanted.values()}


def _release(gate: Gate, owner: str, at: datetime) -> "dict[str, object]":
    return {
        "Key": _released(gate),
        "UpdateExpression": "SET #owner = :at",
        "ExpressionAttributeNames": {"#owner": f"{RELEASED}{owner}"},
        "ExpressionAttributeValues": {":at": {"S": text_of(at)}},
    }


def _released(gate: Gate) -> "dict[str, AttributeValueTypeDef]":
    return {"pk": {"S": f"gate#{gate}"}, "sk": {"S": "released"}}
