"""The state table: successes that are remembered, each for one start time of its pipeline."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from stepkeeper.aws.items import batch_get
from stepkeeper.aws.moments import ordered_text_of, text_of
from stepkeeper.domain.standing import EndedRun

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

PIPELINE, START = "pipeline#", "succeeded#"


def remember_success(
    client: "DynamoDBClient",
    table: str,
    name: str,
    start: datetime,
    run: EndedRun,
    *,
    keep_until: datetime,
) -> None:
    """Remembers that a run for this start has succeeded; of several, the one that was done first."""
    try:
        client.update_item(
            TableName=table,
            Key=_key(name, start),
            UpdateExpression="SET run_arn = :arn, started_at = :started, stopped_at = :stopped, "
            "redrive_count = :redrives, expires_at = :expires",
            ConditionExpression="attribute_not_exists(stopped_at) OR stopped_at > :stopped",
            ExpressionAttributeValues={
                ":arn": {"S": run.arn},
                ":started": {"S": ordered_text_of(run.started_at)},
                ":stopped": {"S": ordered_text_of(run.stopped_at)},
                ":redrives": {"N": str(run.redrive_count)},
                ":expires": {"N": str(int(keep_until.timestamp()))},
            },
        )
    except client.exceptions.ConditionalCheckFailedException:
        return  # an earlier one is known


def read_successes(
    client: "DynamoDBClient", table: str, wanted: Iterable[tuple[str, datetime]]
) -> dict[tuple[str, datetime], EndedRun]:
    """The remembered successes of pipelines, by their names and start times. Raises AwsUnavailable."""
    items = batch_get(client, table, [_key(name, start) for name, start in dict.fromkeys(wanted)])
    return {
        (
            item["pk"]["S"].removeprefix(PIPELINE),
            datetime.fromisoformat(item["sk"]["S"].removeprefix(START)),
        ): EndedRun(
            arn=item["run_arn"]["S"],
            status="SUCCEEDED",
            started_at=datetime.fromisoformat(item["started_at"]["S"]),
            stopped_at=datetime.fromisoformat(item["stopped_at"]["S"]),
            redrive_count=int(item["redrive_count"]["N"]),
        )
        for item in items
    }


def _key(name: str, start: datetime) -> "dict[str, AttributeValueTypeDef]":
    return {"pk": {"S": f"{PIPELINE}{name}"}, "sk": {"S": f"{START}{text_of(start)}"}}
