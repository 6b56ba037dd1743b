"""The state table: how failures are answered.

An answer (restart, redrive, drop) is written before it is given, so that a failure has one answer,
whoever asks and however often.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from stepkeeper.aws.items import BATCH
from stepkeeper.aws.lineage_items import item_key, times
from stepkeeper.domain.failure import Answer, FailureKey

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, TransactWriteItemTypeDef

OTHERWISE_ANSWERED = "ConditionalCheckFailed"
"""Why an answer was not written: the failure has another one, or was edited. Other reasons pass."""

NO_OTHER_ANSWER = "(attribute_not_exists(answer) OR (answer = :answer AND answered_as = :as))"


class Claim(NamedTuple):
    """An answer that is about to be given. It holds only for the edit that was seen."""

    key: FailureKey
    answer: Answer
    answered_as: str
    edited_at: datetime | None
    state_machine_arn: str
    execution_arn: str | None
    whatever_was_edited: bool = False


def claim(
    client: "DynamoDBClient", table: str, claims: Sequence[Claim], *, now: datetime
) -> dict[FailureKey, str]:
    """Writes the answers, all at once; gives those that were not written, and why: OTHERWISE_ANSWERED, …"""
    refused: dict[FailureKey, str] = {}
    for first in range(0, len(claims), BATCH):
        batch = list(claims[first : first + BATCH])
        while batch:
            try:
                client.transact_write_items(TransactItems=[_write(table, each, now) for each in batch])
                break
            except client.exceptions.TransactionCanceledException as error:
                reasons = [reason.get("Code", "None") for reason in error.response["CancellationReasons"]]
                if all(reason == "None" for reason in reasons):
                    raise
                refused |= {
                    each.key: reason for each, reason in zip(batch, reasons, strict=True) if reason != "None"
                }
                batch = [each for each in batch if each.key not in refused]
    return refused


def give_up_redrive(client: "DynamoDBClient", table: str, key: FailureKey, *, reason: str) -> None:
    """Takes the answer `redrive` back: Step Functions will never redrive this execution."""
    client.update_item(
        TableName=table,
        Key=item_key(key),
        UpdateExpression="SET redrive_refused = :reason REMOVE answer, answered_as, answered_at, claimed_at",
        ConditionExpression="answer = :redrive",
        ExpressionAttributeValues={":reason": {"S": reason}, ":redrive": {"S": "redrive"}},
    )


def _write(table: str, claimed: Claim, now: datetime) -> "TransactWriteItemTypeDef":
    values: dict[str, AttributeValueTypeDef] = {
        ":answer": {"S": claimed.answer},
        ":as": {"S": claimed.answered_as},
        ":machine": {"S": claimed.state_machine_arn},
        **times(now),
    }
    sets = (
        "SET answer = :answer, answered_as = :as, answered_at = if_not_exists(answered_at, :now), "
        "claimed_at = :now, expires_at = :expires, "
        "state_machine_arn = if_not_exists(state_machine_arn, :machine)"
    )
    condition = NO_OTHER_ANSWER
    if claimed.execution_arn:
        values[":execution"] = {"S": claimed.execution_arn}
        sets += ", execution_arn = if_not_exists(execution_arn, :execution)"
    if claimed.edited_at:
        values[":edited"] = {"S": claimed.edited_at.astimezone(UTC).isoformat()}
        condition += " AND edited_at = :edited"
    elif not claimed.whatever_was_edited:
        condition += " AND attribute_not_exists(edited_at)"
    return {
        "Update": {
            "TableName": table,
            "Key": item_key(claimed.key),
            "UpdateExpression": sets,
            "ConditionExpression": condition,
            "ExpressionAttributeValues": values,
        }
    }
