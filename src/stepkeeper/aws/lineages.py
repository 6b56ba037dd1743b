"""The state table: what is remembered of each failure of a lineage."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from stepkeeper.aws.items import batch_get
from stepkeeper.aws.lineage_items import ANSWERS, item_key, item_of, read_item, times
from stepkeeper.domain.failure import FailureKey, FailureRecord

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def read_record(client: "DynamoDBClient", table: str, key: FailureKey) -> FailureRecord | None:
    """What is remembered of one failure."""
    item = client.get_item(TableName=table, Key=item_key(key), ConsistentRead=True).get("Item")
    return read_item(item) if item else None


def read_records(
    client: "DynamoDBClient", table: str, keys: Iterable[FailureKey]
) -> dict[FailureKey, FailureRecord]:
    """What is remembered of many failures; those of which nothing is are left out."""
    items = batch_get(client, table, [item_key(key) for key in dict.fromkeys(keys)])
    return {record.key: record for record in map(read_item, items)}


def read_lineage(client: "DynamoDBClient", table: str, lineage: str) -> list[FailureRecord]:
    """All that is remembered of a lineage, its first failure first."""
    pages = client.get_paginator("query").paginate(
        TableName=table,
        ConsistentRead=True,
        KeyConditionExpression="pk = :lineage",
        ExpressionAttributeValues={":lineage": item_key(FailureKey(lineage, 1))["pk"]},
    )
    return [read_item(item) for page in pages for item in page["Items"]]


def write_quarantined(
    client: "DynamoDBClient", table: str, key: FailureKey, *, reason: str, now: datetime
) -> None:
    """Remembers that a failure was put into quarantine."""
    client.update_item(
        TableName=table,
        Key=item_key(key),
        UpdateExpression="SET quarantined_at = :now, quarantine_reason = :reason, expires_at = :expires",
        ExpressionAttributeValues={":reason": {"S": reason}, **times(now)},
    )


def write_spooled(
    client: "DynamoDBClient", table: str, record: FailureRecord, *, afresh: bool = False, now: datetime
) -> None:
    """Remembers what a failure was, and that its input is kept. How it was answered is left as it is.

    `afresh`: what was known was about an earlier execution of the same name, and is forgotten.
    """
    facts = {**item_of(record), "expires_at": times(now)[":expires"]}
    forgotten = sorted(set(ANSWERS) - set(facts)) if afresh else []
    client.update_item(
        TableName=table,
        Key=item_key(record.key),
        UpdateExpression="SET "
        + ", ".join(f"#{name} = :{name}" for name in facts)
        + (" REMOVE " + ", ".join(f"#{name}" for name in forgotten) if forgotten else ""),
        ExpressionAttributeNames={f"#{name}": name for name in (*facts, *forgotten)},
        ExpressionAttributeValues={f":{name}": value for name, value in facts.items()},
    )
