"""The state table: the log groups that were found, and whose turn it is to export them."""

from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from stepkeeper.domain.log_group import KnownGroup
from stepkeeper.domain.turn import Turn

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

Item = dict[str, "AttributeValueTypeDef"]

EXPORTS: "AttributeValueTypeDef" = {"S": "exports"}
GROUP = TypeAdapter(KnownGroup)
TURN = TypeAdapter(Turn)


def read_all(client: "DynamoDBClient", table: str) -> tuple[list[KnownGroup], Turn | None]:
    """All log groups that were ever to be exported, and whose turn it is, or was last."""
    pages = client.get_paginator("query").paginate(
        TableName=table,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": EXPORTS},
        ConsistentRead=True,
    )
    items = [item for page in pages for item in page["Items"]]
    turns = [TURN.validate_json(item["turn"]["S"]) for item in items if "turn" in item]
    groups = [GROUP.validate_json(item["group"]["S"]) for item in items if "group" in item]
    return groups, turns[0] if turns else None


def write_group(client: "DynamoDBClient", table: str, group: KnownGroup) -> None:
    """Remembers a log group as it was found."""
    item: Item = {
        "pk": EXPORTS,
        "sk": {"S": f"group#{group.name}"},
        "group": {"S": GROUP.dump_json(group).decode()},
    }
    client.put_item(TableName=table, Item=item)


def read_turn(client: "DynamoDBClient", table: str) -> Turn | None:
    """Whose turn it is, or was last."""
    item = client.get_item(TableName=table, Key=_turn(), ConsistentRead=True).get("Item")
    return TURN.validate_json(item["turn"]["S"]) if item else None


def write_turn(client: "DynamoDBClient", table: str, turn: Turn) -> bool:
    """Writes a turn in the place of the version before it; False where somebody else was faster."""
    try:
        client.put_item(
            TableName=table,
            Item={
                **_turn(),
                "version": {"N": str(turn.version)},
                "turn": {"S": TURN.dump_json(turn).decode()},
            },
            ConditionExpression="attribute_not_exists(pk) OR version = :before",
            ExpressionAttributeValues={":before": {"N": str(turn.version - 1)}},
        )
    except client.exceptions.ConditionalCheckFailedException:
        return False
    return True


def _turn() -> Item:
    return {"pk": EXPORTS, "sk": {"S": "turn"}}
