"""The state table: the ledger of log exports, an item for each period of each log group."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from stepkeeper.aws.items import BATCH
from stepkeeper.domain.ledger import Entry
from stepkeeper.errors import AwsUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, TransactWriteItemTypeDef

Item = dict[str, "AttributeValueTypeDef"]

ENTRY = TypeAdapter(Entry)


def entries_of(client: "DynamoDBClient", table: str, log_group: str) -> list[Entry]:
    """All that the ledger has of a log group, by period and edition."""
    return [ENTRY.validate_json(item["entry"]["S"]) for item in _items(client, table, log_group)]


def read_entry(
    client: "DynamoDBClient", table: str, log_group: str, period: str, *, edition: int
) -> Entry | None:
    """What the ledger has of one period."""
    key = _key(log_group, period, edition)
    item = client.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item")
    return ENTRY.validate_json(item["entry"]["S"]) if item else None


def write_entry(client: "DynamoDBClient", table: str, entry: Entry) -> Entry | None:
    """Writes an entry in the place of the version that was read, and gives it as it is now.

    None where somebody else has changed it.
    """
    written = replace(entry, version=entry.version + 1)
    try:
        client.put_item(
            TableName=table,
            Item=_item(written),
            ConditionExpression="version = :read",
            ExpressionAttributeValues={":read": {"N": str(entry.version)}},
        )
    except client.exceptions.ConditionalCheckFailedException:
        return None
    return written


def add_entries(client: "DynamoDBClient", table: str, entries: Sequence[Entry]) -> None:
    """Adds those that are not there yet, and changes none that are. Raises AwsUnavailable.

    A transaction is cancelled where an entry is there, and for reasons that pass: throttling, another write.
    """
    for first in range(0, len(entries), BATCH):
        batch = list(entries[first : first + BATCH])
        while batch:
            try:
                client.transact_write_items(TransactItems=[_addition(table, entry) for entry in batch])
                break
            except client.exceptions.TransactionCanceledException as error:
                reasons = [reason.get("Code", "None") for reason in error.response["CancellationReasons"]]
                if "ConditionalCheckFailed" not in reasons:
                    raise AwsUnavailable(f"{table} took no new entries: {error}") from error
                batch = [
                    entry
                    for entry, reason in zip(batch, reasons, strict=True)
                    if reason != "ConditionalCheckFailed"
                ]


def _items(client: "DynamoDBClient", table: str, log_group: str) -> Iterator[Item]:
    pages = client.get_paginator("query").paginate(
        TableName=table,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": f"export#{log_group}"}},
        ConsistentRead=True,
    )
    for page in pages:
        yield from page["Items"]


def _addition(table: str, entry: Entry) -> "TransactWriteItemTypeDef":
    return {
        "Put": {
            "TableName": table,
            "Item": _item(entry),
            "ConditionExpression": "attribute_not_exists(pk)",
        }
    }


def _item(entry: Entry) -> Item:
    """`state` is there for people who browse the table."""
    return {
        **_key(entry.log_group, entry.period, entry.edition),
        "state": {"S": entry.state},
        "version": {"N": str(entry.version)},
        "entry": {"S": ENTRY.dump_json(entry).decode()},
    }


def _key(log_group: str, period: str, edition: int) -> Item:
    return {"pk": {"S": f"export#{log_group}"}, "sk": {"S": f"{period}#{edition:03d}"}}
