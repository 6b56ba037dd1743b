"""The state table: the times in which a gate was held closed that are over."""

from datetime import datetime
from typing import TYPE_CHECKING

from stepkeeper.aws.moments import text_of
from stepkeeper.domain.gate import Gate
from stepkeeper.domain.missed import ClosedTime

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

CLOSED = "closed#"


def remember_closed_time(
    client: "DynamoDBClient", table: str, closed: ClosedTime, *, keep_until: datetime
) -> None:
    """Remembers that a gate was held closed, so that nobody is told that it did not start meanwhile."""
    client.put_item(
        TableName=table,
        Item={
            "pk": {"S": f"gate#{closed.gate}"},
            "sk": {"S": f"{CLOSED}{text_of(closed.closed_at)}"},
            "opened_at": {"S": text_of(closed.opened_at)},
            "expires_at": {"N": str(int(keep_until.timestamp()))},
        },
    )


def read_latest(client: "DynamoDBClient", table: str, gate: Gate) -> list[ClosedTime]:
    """The latest times in which the gate was held closed, the earliest first."""
    pages = client.get_paginator("query").paginate(
        TableName=table,
        ConsistentRead=True,
        KeyConditionExpression="pk = :gate AND begins_with(sk, :closed)",
        ExpressionAttributeValues={":gate": {"S": f"gate#{gate}"}, ":closed": {"S": CLOSED}},
    )
    return [
        ClosedTime(
            gate,
            closed_at=datetime.fromisoformat(item["sk"]["S"].removeprefix(CLOSED)),
            opened_at=datetime.fromisoformat(item["opened_at"]["S"]),
        )
        for page in pages
        for item in page["Items"]
    ]
