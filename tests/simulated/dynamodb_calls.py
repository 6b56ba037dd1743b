"""Calls of DynamoDB, as short as a list of them needs."""

from typing import Any

Call = tuple[str, dict[str, Any]]

ONE = {"pk": {"S": "lineage#1"}, "sk": {"S": "failure#1"}}
TWO = {"pk": {"S": "lineage#1"}, "sk": {"S": "failure#2"}}
OTHER = {"pk": {"S": "lineage#2"}, "sk": {"S": "failure#1"}}
RESTART = {":answer": {"S": "restart"}}
FREE = "(attribute_not_exists(answer) OR answer = :answer)"


def put(item: dict[str, Any], **more: Any) -> Call:
    return "put_item", {"Item": item, **more}


def get(key: dict[str, Any], **more: Any) -> Call:
    return "get_item", {"Key": key, "ConsistentRead": True, **more}


def delete(key: dict[str, Any], **more: Any) -> Call:
    return "delete_item", {"Key": key, **more}


def update(key: dict[str, Any], text: str, values: dict[str, Any] | None = None, **more: Any) -> Call:
    given = {"ExpressionAttributeValues": values} if values else {}
    return "update_item", {"Key": key, "UpdateExpression": text, **given, **more}


def claim(key: dict[str, Any], answer: str = "restart", **more: Any) -> dict[str, Any]:
    return {
        "Key": key,
        "UpdateExpression": "SET answer = :answer",
        "ConditionExpression": FREE,
        "ExpressionAttributeValues": {":answer": {"S": answer}},
        **more,
    }


def transaction(*acts: dict[str, Any]) -> Call:
    return "transact_write_items", {"TransactItems": list(acts)}


def batch(*keys: dict[str, Any], **more: Any) -> Call:
    return "batch_get_item", {"Keys": list(keys), **more}


def query(text: str, values: dict[str, Any], **more: Any) -> Call:
    return "query", {"KeyConditionExpression": text, "ExpressionAttributeValues": values, **more}
