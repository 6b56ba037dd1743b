"""The state table: the deadlines of runs that make up for a missed start."""

from datetime import datetime
from typing import TYPE_CHECKING

from stepkeeper.aws.moments import ordered_text_of
from stepkeeper.domain.deadline import Deadline

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

PARTITION = "deadlines"


def put_extra_deadline(
    client: "DynamoDBClient", table: str, name: str, start: datetime, *, due: datetime
) -> None:
    """Lets the watchdog expect a success for this start by `due`. The same one twice is one."""
    client.put_item(TableName=table, Item=_key(Deadline(due, name, start, is_extra=True)))


def read_extra_deadlines(client: "DynamoDBClient", table: str) -> list[Deadline]:
    """All of them; what is due first comes first."""
    pages = client.get_paginator("query").paginate(
        TableName=table,
        ConsistentRead=True,
        KeyConditionExpression="pk = :deadlines",
        ExpressionAttributeValues={":deadlines": {"S": PARTITION}},
    )
    return [_deadline(item["sk"]["S"]) for page in pages for item in page["Items"]]


def drop_extra_deadline(client: "DynamoDBClient", table: str, deadline: Deadline) -> None:
    """Forgets one that was judged."""
    client.delete_item(TableName=table, Key=_key(deadline))


def _deadline(text: str) -> Deadline:
    due, name, start = text.split("#")
    return Deadline(datetime.fromisoformat(due), name, datetime.fromisoformat(start), is_extra=True)


def _key(deadline: Deadline) -> "dict[str, AttributeValueTypeDef]":
    name = f"{ordered_text_of(deadline.due)}#{deadline.pipeline}#{ordered_text_of(deadline.start)}"
    return {"pk": {"S": PARTITION}, "sk": {"S": name}}
