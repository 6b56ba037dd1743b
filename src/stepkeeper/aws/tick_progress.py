"""The state table: how far the watchdog has come; pipelines that are behind take as many items as they need.

Those items belong to the tick that wrote them, whose `until` comes last: what broke off in between is as if
it had not been written.
"""

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from stepkeeper.aws.moments import text_of
from stepkeeper.domain.list_budget import ListBudget, full_budget
from stepkeeper.domain.tick import Progress

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

PARTITION = "tick"
NAMES_ON_A_PAGE = 2_500
"""About 110 bytes each at the most (a name has 64); an item takes 400 KB (DynamoDB quotas)."""

PAGES_KEPT_FOR = timedelta(days=8)
"""Longer than a tick looks back. It is for pages whose tick broke off; others are deleted by the next."""


def read_progress(client: "DynamoDBClient", table: str, *, now: datetime) -> Progress:
    """How far the ticks before have come."""
    item = client.get_item(TableName=table, Key=_key("until"), ConsistentRead=True).get("Item")
    if item is None:
        return Progress(until=None, lists=full_budget(now))
    tick, pages = item["until"]["S"], int(item["pages"]["N"])
    return Progress(
        until=datetime.fromisoformat(tick),
        lists=ListBudget(float(item["lists_left"]["N"]), datetime.fromisoformat(item["lists_at"]["S"])),
        behind=_read_pages(client, table, tick) if pages else {},
    )


def write_progress(
    client: "DynamoDBClient", table: str, progress: Progress, *, before: Progress, until: datetime
) -> None:
    """Remembers how far this tick has come: until `until`. `before` is what it has read."""
    tick = text_of(until)
    names = sorted(progress.behind)
    pages = [names[first : first + NAMES_ON_A_PAGE] for first in range(0, len(names), NAMES_ON_A_PAGE)]
    for number, page in enumerate(pages):
        content = {name: text_of(progress.behind[name]) for name in page}
        expires = {"N": str(int((until + PAGES_KEPT_FOR).timestamp()))}
        client.put_item(
            TableName=table,
            Item={
                **_key(_page(tick, number)),
                "judged_until": {"S": json.dumps(content)},
                "expires_at": expires,
            },
        )
    client.put_item(
        TableName=table,
        Item={
            **_key("until"),
            "until": {"S": tick},
            "pages": {"N": str(len(pages))},
            "lists_left": {"N": f"{progress.lists.left:.3f}"},
            "lists_at": {"S": text_of(progress.lists.at)},
        },
    )
    if before.until is not None and before.until != until:
        for number in range(-(-len(before.behind) // NAMES_ON_A_PAGE)):
            client.delete_item(TableName=table, Key=_key(_page(text_of(before.until), number)))


def _read_pages(client: "DynamoDBClient", table: str, tick: str) -> dict[str, datetime]:
    pages = client.get_paginator("query").paginate(
        TableName=table,
        ConsistentRead=True,
        KeyConditionExpression="pk = :tick AND begins_with(sk, :pages)",
        ExpressionAttributeValues={":tick": {"S": PARTITION}, ":pages": {"S": _pages(tick)}},
    )
    contents = [json.loads(item["judged_until"]["S"]) for page in pages for item in page["Items"]]
    return {name: datetime.fromisoformat(until) for content in contents for name, until in content.items()}


def _pages(tick: str) -> str:
    return f"pending#{tick}#"


def _page(tick: str, number: int) -> str:
    return f"{_pages(tick)}{number:06d}"


def _key(sk: str) -> "dict[str, AttributeValueTypeDef]":
    return {"pk": {"S": PARTITION}, "sk": {"S": sk}}
