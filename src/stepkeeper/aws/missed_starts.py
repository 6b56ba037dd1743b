"""The state table: the times in which gates were closed, until it is settled what was missed in them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from stepkeeper.aws.moments import text_of
from stepkeeper.domain.gate import Gate
from stepkeeper.domain.missed import ClosedTime

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

PARTITION = "missed"

KEPT_FOR = timedelta(days=30)
"""Nobody looks at that of a gate that is in the map no more."""


def put_closed_time(client: "DynamoDBClient", table: str, closed: ClosedTime) -> None:
    """Remembers that a gate was closed; once more for the same closing, with another opening."""
    client.put_item(
        TableName=table,
        Item={
            **_key(closed),
            "kind": {"S": closed.gate.kind},
            "group": {"S": closed.gate.group},
            "name": {"S": closed.gate.name},
            "closed_at": {"S": text_of(closed.closed_at)},
            "opened_at": {"S": text_of(closed.opened_at)},
            **({"is_vague": {"BOOL": True}} if closed.is_vague else {}),
            "expires_at": {"N": str(int((closed.opened_at + KEPT_FOR).timestamp()))},
        },
    )


def read_closed_times(client: "DynamoDBClient", table: str) -> Iterator[ClosedTime]:
    """All that is not settled, by gate and time."""
    pages = client.get_paginator("query").paginate(
        TableName=table,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": PARTITION}},
        ConsistentRead=True,
    )
    for page in pages:
        for item in page["Items"]:
            yield ClosedTime(
                gate=Gate(item["kind"]["S"], item["group"]["S"], item["name"]["S"]),  # type: ignore[arg-type]
                closed_at=datetime.fromisoformat(item["closed_at"]["S"]),
                opened_at=datetime.fromisoformat(item["opened_at"]["S"]),
                is_vague="is_vague" in item,
            )


def drop_closed_time(client: "DynamoDBClient", table: str, closed: ClosedTime) -> None:
    """Forgets one that is settled."""
    client.delete_item(TableName=table, Key=_key(closed))


def _key(closed: ClosedTime) -> "dict[str, AttributeValueTypeDef]":
    return {"pk": {"S": PARTITION}, "sk": {"S": f"{closed.gate}#{text_of(closed.closed_at)}"}}
