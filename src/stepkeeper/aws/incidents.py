"""The state table: the open incidents of pipelines, and which starts the latest that is over was about."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, cast

from stepkeeper.aws.items import batch_get
from stepkeeper.aws.moments import text_of
from stepkeeper.domain.execution_watchdog import Verdict
from stepkeeper.domain.incident import TOLD_FOR, Incident, Told

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

OPEN = "incidents"
"""All in one partition, so that one read finds those that there are, whatever the number of pipelines."""

PREFIX = "incident#pipeline#"


def read_open_incidents(client: "DynamoDBClient", table: str) -> dict[str, Incident]:
    """All open incidents, by the names of their pipelines."""
    pages = client.get_paginator("query").paginate(
        TableName=table,
        ConsistentRead=True,
        KeyConditionExpression="pk = :open",
        ExpressionAttributeValues={":open": {"S": OPEN}},
    )
    return {item["sk"]["S"]: _incident(item) for page in pages for item in page["Items"]}


def write_incident(client: "DynamoDBClient", table: str, incident: Incident) -> None:
    """Remembers an open incident as it is now."""
    item: dict[str, AttributeValueTypeDef] = {
        **_open(incident.pipeline),
        "start": {"S": text_of(incident.start)},
        "due": {"S": text_of(incident.due)},
        "verdict": {"S": incident.verdict},
        "told_at": {"S": text_of(incident.told_at)},
        "last_start": {"S": text_of(incident.last_start)},
        "missed": {"N": str(incident.missed)},
    }
    if incident.reminded_at:
        item["reminded_at"] = {"S": text_of(incident.reminded_at)}
    if incident.run_arn:
        item["run_arn"] = {"S": incident.run_arn}
    client.put_item(TableName=table, Item=item)


def close_incident(client: "DynamoDBClient", table: str, incident: Incident, *, now: datetime) -> None:
    """Forgets an open incident, but not which starts it was about."""
    write_told(client, table, incident.pipeline, Told(incident.start, incident.last_start), now=now)
    client.delete_item(TableName=table, Key=_open(incident.pipeline))


def write_told(client: "DynamoDBClient", table: str, name: str, told: Told, *, now: datetime) -> None:
    """Remembers which starts of a pipeline people were told of."""
    client.put_item(
        TableName=table,
        Item={
            **_told(name),
            "first": {"S": text_of(told.first)},
            "last": {"S": text_of(told.last)},
            "expires_at": {"N": str(int((now + TOLD_FOR).timestamp()))},
        },
    )


def read_told(client: "DynamoDBClient", table: str, names: Iterable[str]) -> dict[str, Told]:
    """Which starts of these pipelines people were told of, as far as any are known."""
    items = batch_get(client, table, [_told(name) for name in dict.fromkeys(names)])
    return {
        item["pk"]["S"].removeprefix(PREFIX): Told(_moment(item["first"]), _moment(item["last"]))
        for item in items
    }


def _incident(item: "dict[str, AttributeValueTypeDef]") -> Incident:
    return Incident(
        pipeline=item["sk"]["S"],
        start=_moment(item["start"]),
        due=_moment(item["due"]),
        verdict=cast(Verdict, item["verdict"]["S"]),
        told_at=_moment(item["told_at"]),
        last_start=_moment(item["last_start"]),
        missed=int(item["missed"]["N"]),
        reminded_at=_moment(item["reminded_at"]) if "reminded_at" in item else None,
        run_arn=item["run_arn"]["S"] if "run_arn" in item else None,
    )


def _open(name: str) -> "dict[str, AttributeValueTypeDef]":
    return {"pk": {"S": OPEN}, "sk": {"S": name}}


def _told(name: str) -> "dict[str, AttributeValueTypeDef]":
    return {"pk": {"S": f"{PREFIX}{name}"}, "sk": {"S": "told"}}


def _moment(value: "AttributeValueTypeDef") -> datetime:
    return datetime.fromisoformat(value["S"])
