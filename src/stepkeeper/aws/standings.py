"""The state table: how each pipeline of the map stands."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from stepkeeper.aws.items import batch_get
from stepkeeper.aws.moments import text_of
from stepkeeper.domain.standing import EndedRun, Standing

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

PREFIX = "pipeline#"


def read_standings(client: "DynamoDBClient", table: str, names: Iterable[str]) -> dict[str, Standing]:
    """Of each of these pipelines; one that nothing is known of has an empty one."""
    wanted = list(dict.fromkeys(names))
    known = {
        item["pk"]["S"].removeprefix(PREFIX): Standing(
            ended=_run(item, "ended"),
            succeeded=_run(item, "succeeded"),
            listed="listed" in item,
        )
        for item in batch_get(client, table, map(_key, wanted))
    }
    return {name: known.get(name, Standing()) for name in wanted}


def note_run(client: "DynamoDBClient", table: str, name: str, run: EndedRun) -> None:
    """Adds a run to what is known of a pipeline; in whichever order runs are noted, it comes to the same."""
    _note(client, table, name, run, "ended")
    if run.status == "SUCCEEDED":
        _note(client, table, name, run, "succeeded")


def note_standing(client: "DynamoDBClient", table: str, name: str, standing: Standing) -> None:
    """Adds what a list of executions shows."""
    if standing.listed and standing.ended is None:
        client.update_item(
            TableName=table,
            Key=_key(name),
            UpdateExpression="SET listed = :yes",
            ExpressionAttributeValues={":yes": {"BOOL": True}},
        )
    for run in {run.order: run for run in (standing.succeeded, standing.ended) if run}.values():
        note_run(client, table, name, run)


def _note(client: "DynamoDBClient", table: str, name: str, run: EndedRun, which: str) -> None:
    try:
        client.update_item(
            TableName=table,
            Key=_key(name),
            UpdateExpression="SET #run = :run, #order = :order",
            ConditionExpression="attribute_not_exists(#order) OR #order < :order",
            ExpressionAttributeNames={"#run": which, "#order": f"{which}_order"},
            ExpressionAttributeValues={":run": {"M": _map(run)}, ":order": {"S": _order(run)}},
        )
    except client.exceptions.ConditionalCheckFailedException:
        return  # a later one is known


def _order(run: EndedRun) -> str:
    """Sorts as text as `EndedRun.order` does."""
    started, redrives, minus_stopped, arn = run.order
    return f"{started:015d}#{redrives:09d}#{10**15 + minus_stopped:015d}#{arn}"


def _map(run: EndedRun) -> "dict[str, AttributeValueTypeDef]":
    return {
        "arn": {"S": run.arn},
        "status": {"S": run.status},
        "started_at": {"S": text_of(run.started_at)},
        "stopped_at": {"S": text_of(run.stopped_at)},
        "redrive_count": {"N": str(run.redrive_count)},
    }


def _run(item: "dict[str, AttributeValueTypeDef]", which: str) -> EndedRun | None:
    if which not in item:
        return None
    fields = item[which]["M"]
    return EndedRun(
        arn=fields["arn"]["S"],
        status=fields["status"]["S"],
        started_at=datetime.fromisoformat(fields["started_at"]["S"]),
        stopped_at=datetime.fromisoformat(fields["stopped_at"]["S"]),
        redrive_count=int(fields["redrive_count"]["N"]),
    )


def _key(name: str) -> "dict[str, AttributeValueTypeDef]":
    return {"pk": {"S": f"{PREFIX}{name}"}, "sk": {"S": "standing"}}
