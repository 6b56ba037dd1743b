"""The state table: state machines whose runs were failing again, and the runs that may tell so."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from stepkeeper.domain.breaker import REMEMBERED_FOR, Outage, WatchedRun
from stepkeeper.domain.failure import parse_failure_key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef


class Breaker(NamedTuple):
    """The latest outage of a state machine, over or not, and the runs that a small call started last."""

    outage: Outage | None
    watched: list[WatchedRun]
    watched_at: datetime | None


def read_breaker(client: "DynamoDBClient", table: str, state_machine_arn: str) -> Breaker:
    """What is remembered of a state machine."""
    item = client.get_item(TableName=table, Key=_key(state_machine_arn), ConsistentRead=True).get("Item", {})
    outage = None
    if "since" in item:
        outage = Outage(state_machine_arn, datetime.fromisoformat(item["since"]["S"]), item["reason"]["S"])
    watched = json.loads(item["watched"]["S"]) if "watched" in item else []
    return Breaker(
        outage,
        [WatchedRun(parse_failure_key(key), state_machine_arn, arn) for key, arn in watched],
        datetime.fromisoformat(item["watched_at"]["S"]) if "watched_at" in item else None,
    )


def write_outage(client: "DynamoDBClient", table: str, outage: Outage) -> None:
    """Remembers that the runs of a state machine were failing again."""
    client.update_item(
        TableName=table,
        Key=_key(outage.state_machine_arn),
        UpdateExpression="SET since = :since, reason = :reason, expires_at = :expires REMOVE watched",
        ExpressionAttributeValues={
            ":since": {"S": outage.since.astimezone(UTC).isoformat()},
            ":reason": {"S": outage.reason},
            ":expires": _expires(outage.since),
        },
    )


def write_watched(
    client: "DynamoDBClient", table: str, state_machine_arn: str, runs: Sequence[WatchedRun], *, now: datetime
) -> None:
    """Remembers the runs that a call has started, for the next call to see how they went."""
    watched = [[str(run.key), run.execution_arn] for run in runs]
    client.update_item(
        TableName=table,
        Key=_key(state_machine_arn),
        UpdateExpression="SET watched = :watched, watched_at = :now, expires_at = :expires",
        ExpressionAttributeValues={
            ":watched": {"S": json.dumps(watched)},
            ":now": {"S": now.astimezone(UTC).isoformat()},
            ":expires": _expires(now),
        },
    )


def _key(state_machine_arn: str) -> "dict[str, AttributeValueTypeDef]":
    return {"pk": {"S": f"breaker#{state_machine_arn}"}, "sk": {"S": "outage"}}


def _expires(since: datetime) -> "AttributeValueTypeDef":
    return {"N": str(int((since + REMEMBERED_FOR).timestamp()))}
