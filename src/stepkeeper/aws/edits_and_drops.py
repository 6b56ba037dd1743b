"""The state table: what a person says of a failure that waits. Neither takes the place of a given answer."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from stepkeeper.aws.lineage_items import item_key, times
from stepkeeper.domain.failure import Answer, Edit, FailureKey

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef


def write_drop(
    client: "DynamoDBClient",
    table: str,
    key: FailureKey,
    *,
    reason: str,
    instead: Answer | None,
    claimed_at: datetime | None = None,
    now: datetime,
) -> bool:
    """Drops a failure whose answer was `instead` so far, claimed then; False where that has changed since."""
    sets = "SET answer = :new, answered_at = :now, answer_reason = :reason, expires_at = :expires"
    values: dict[str, AttributeValueTypeDef] = {":new": {"S": "drop"}, ":reason": {"S": reason}}
    return _write_if(client, table, key, sets, values, instead=instead, claimed_at=claimed_at, now=now)


def write_edit(
    client: "DynamoDBClient",
    table: str,
    key: FailureKey,
    edit: Edit,
    *,
    instead: Answer | None,
    claimed_at: datetime | None = None,
) -> bool:
    """Gives a failed run another input, and takes back the answer `instead`, which was never given."""
    sets = "SET edited_input = :input, edited_at = :now, edit_reason = :reason, expires_at = :expires"
    if instead:
        sets += " REMOVE answer, answered_as, answered_at, claimed_at"
    values: dict[str, AttributeValueTypeDef] = {":input": {"S": edit.input}, ":reason": {"S": edit.reason}}
    return _write_if(client, table, key, sets, values, instead=instead, claimed_at=claimed_at, now=edit.at)


def _write_if(
    client: "DynamoDBClient",
    table: str,
    key: FailureKey,
    sets: str,
    values: "dict[str, AttributeValueTypeDef]",
    *,
    instead: Answer | None,
    claimed_at: datetime | None,
    now: datetime,
) -> bool:
    condition = "attribute_not_exists(answer)"
    if instead:
        values[":instead"], condition = {"S": instead}, "answer = :instead"
    if instead and claimed_at:
        values[":claimed"] = {"S": claimed_at.astimezone(UTC).isoformat()}
        condition += " AND claimed_at = :claimed"
    try:
        client.update_item(
            TableName=table,
            Key=item_key(key),
            UpdateExpression=sets,
            ConditionExpression=condition,
            ExpressionAttributeValues={**values, **times(now)},
        )
    except client.exceptions.ConditionalCheckFailedException:
        return False
    return True
