"""The state table: many items at once."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from stepkeeper.errors import AwsUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

BATCH = 100
"""The most items of one BatchGetItem, and of one TransactWriteItems (API reference)."""

CALLS_TRIED = 10
"""A call answers for at least some of its keys; where it does not, DynamoDB is throttling."""


def batch_get(
    client: "DynamoDBClient", table: str, keys: "Iterable[dict[str, AttributeValueTypeDef]]"
) -> "Iterator[dict[str, AttributeValueTypeDef]]":
    """The items of these keys, as far as they exist, in any order. Raises AwsUnavailable."""
    wanted = list(keys)
    for first in range(0, len(wanted), BATCH):
        yield from _batch(client, table, wanted[first : first + BATCH])


def _batch(
    client: "DynamoDBClient", table: str, wanted: "list[dict[str, AttributeValueTypeDef]]"
) -> "Iterator[dict[str, AttributeValueTypeDef]]":
    for _ in range(CALLS_TRIED):
        answer = client.batch_get_item(RequestItems={table: {"Keys": wanted, "ConsistentRead": True}})
        yield from answer["Responses"].get(table, [])
        unprocessed = answer.get("UnprocessedKeys", {})
        if table not in unprocessed:
            return
        wanted = list(unprocessed[table]["Keys"])
    raise AwsUnavailable(f"{table} has not given {len(wanted)} items in {CALLS_TRIED} calls.")
