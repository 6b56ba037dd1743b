"""The state table: the gates of which people were told that somebody else has disabled them."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from stepkeeper.aws.items import batch_get
from stepkeeper.aws.moments import text_of
from stepkeeper.domain.gate import Gate

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef


def read_drifts(client: "DynamoDBClient", table: str, gates: Iterable[Gate]) -> set[Gate]:
    """Those of these gates that were told of."""
    keys = {_key(gate)["pk"]["S"]: gate for gate in gates}
    return {keys[item["pk"]["S"]] for item in batch_get(client, table, map(_key, keys.values()))}


def put_drift(client: "DynamoDBClient", table: str, gate: Gate, *, at: datetime) -> None:
    """Remembers that people know."""
    client.put_item(TableName=table, Item={**_key(gate), "told_at": {"S": text_of(at)}})


def drop_drift(client: "DynamoDBClient", table: str, gate: Gate) -> None:
    """The gate is as it was again; the next time is news."""
    client.delete_item(TableName=table, Key=_key(gate))


def _key(gate: Gate) -> "dict[str, AttributeValueTypeDef]":
    return {"pk": {"S": f"gate#{gate}"}, "sk": {"S": "drift"}}
