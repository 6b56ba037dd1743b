"""The state table: the alerts that were sent."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from stepkeeper.aws.moments import text_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

Key = dict[str, "AttributeValueTypeDef"]


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
            "told_at": {"S": text_of(told_at)},
            "expires_at": {"N": str(int((told_at + keep_for).timestamp()))},
        },
    )


def _incident(incident: str) -> Key:
    return {"pk": {"S": f"incident#{incident}"}, "sk": {"S": "told"}}
