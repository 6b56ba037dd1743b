"""The state table: the lease of a tick, which keeps two of them from working at once."""

from datetime import datetime
from typing import TYPE_CHECKING

from stepkeeper.aws.moments import ordered_text_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

KEY: "dict[str, AttributeValueTypeDef]" = {"pk": {"S": "tick"}, "sk": {"S": "lease"}}


def take_lease(client: "DynamoDBClient", table: str, *, holder: str, now: datetime, until: datetime) -> bool:
    """Takes the lease; False where another tick has it, and may still be at work.

    Whoever asks again under the same name has it already: its first answer may have been lost.
    """
    try:
        client.put_item(
            TableName=table,
            Item={**KEY, "holder": {"S": holder}, "until": {"S": ordered_text_of(until)}},
            ConditionExpression="attribute_not_exists(pk) OR #until <= :now OR holder = :holder",
            ExpressionAttributeNames={"#until": "until"},
            ExpressionAttributeValues={":now": {"S": ordered_text_of(now)}, ":holder": {"S": holder}},
        )
    except client.exceptions.ConditionalCheckFailedException:
        return False
    return True


def give_lease_back(client: "DynamoDBClient", table: str, *, holder: str) -> None:
    """Lets the next tick begin, unless it has already, since the lease was over."""
    try:
        client.delete_item(
            TableName=table,
            Key=KEY,
            ConditionExpression="holder = :holder",
            ExpressionAttributeValues={":holder": {"S": holder}},
        )
    except client.exceptions.ConditionalCheckFailedException:
        return
