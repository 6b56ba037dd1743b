"""The state table: the claims on loads."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from stepkeeper.domain.load_claimer import REMEMBERED_FOR, Claim

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef


def read_claim(client: "DynamoDBClient", table: str, key: str) -> Claim | None:
    """The claim on a load, if there ever was one."""
    item = client.get_item(TableName=table, Key=_key(key), ConsistentRead=True).get("Item")
    if item is None:
        return None
    return Claim(
        holder=item["holder"]["S"] if "holder" in item else None,
        load_as=item["load_as"]["S"] if "load_as" in item else None,
        done=item["done"]["BOOL"],
        since=datetime.fromisoformat(item["since"]["S"]),
        version=int(item["version"]["N"]),
    )


def write_claim(client: "DynamoDBClient", table: str, key: str, claim: Claim) -> bool:
    """Writes a claim in the place of the version before it; False where somebody else has changed it."""
    item: dict[str, AttributeValueTypeDef] = {
        **_key(key),
        "done": {"BOOL": claim.done},
        "since": {"S": claim.since.astimezone(UTC).isoformat()},
        "version": {"N": str(claim.version)},
        "expires_at": {"N": str(int((claim.since + REMEMBERED_FOR).timestamp()))},
    }
    for name, value in (("holder", claim.holder), ("load_as", claim.load_as)):
        if value is not None:
            item[name] = {"S": value}
    try:
        client.put_item(
            TableName=table,
            Item=item,
            ConditionExpression="attribute_not_exists(pk) OR version = :before",
            ExpressionAttributeValues={":before": {"N": str(claim.version - 1)}},
        )
    except client.exceptions.ConditionalCheckFailedException:
        return False
    return True


def _key(key: str) -> dict[str, "AttributeValueTypeDef"]:
    return {"pk": {"S": f"load#{key}"}, "sk": {"S": "claim"}}
