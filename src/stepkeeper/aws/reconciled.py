"""The state table: until when each state machine's failures were compared with what was spooled."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from stepkeeper.aws.items import batch_get
from stepkeeper.aws.lineage_items import KEPT_FOR

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

PREFIX = "reconciled#"


def read_reconciled_until(
    client: "DynamoDBClient", table: str, state_machine_arns: Iterable[str]
) -> dict[str, datetime]:
    """Until when, for each state machine that was ever compared."""
    items = batch_get(client, table, [_key(arn) for arn in state_machine_arns])
    return {
        item["pk"]["S"].removeprefix(PREFIX): datetime.fromisoformat(item["until"]["S"]) for item in items
    }


def write_reconciled_until(
    client: "DynamoDBClient", table: str, state_machine_arn: str, *, until: datetime
) -> None:
    """Remembers that all failures until then are spooled."""
    client.put_item(
        TableName=table,
        Item={
            **_key(state_machine_arn),
            "until": {"S": until.astimezone(UTC).isoformat()},
            "expires_at": {"N": str(int((until + KEPT_FOR).timestamp()))},
        },
    )


def _key(state_machine_arn: str) -> "dict[str, AttributeValueTypeDef]":
    return {"pk": {"S": f"{PREFIX}{state_machine_arn}"}, "sk": {"S": "until"}}
