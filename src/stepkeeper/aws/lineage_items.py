"""How a failure is written into the state table, and read from it."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from stepkeeper.domain.failure import Edit, FailureKey, FailureRecord

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

KEPT_FOR = timedelta(days=365)
"""No execution lasts longer (Step Functions quotas)."""

PREFIX = "failure#"
TEXTS = (
    "state_machine_arn", "execution_arn", "error", "message_id", "quarantine_reason",
    "answer", "answered_as", "answer_reason", "redrive_refused",
)  # fmt: skip
MOMENTS = ("failed_at", "started_at", "spooled_at", "quarantined_at", "answered_at", "claimed_at")

ANSWERS = (
    "answer", "answered_as", "answered_at", "claimed_at", "answer_reason", "redrive_refused",
    "edited_input", "edited_at", "edit_reason", "quarantined_at", "quarantine_reason",
)  # fmt: skip
"""What became of a failure, in the place of what it was."""


def item_key(key: FailureKey) -> "dict[str, AttributeValueTypeDef]":
    """The key of a failure's item; sorted as text they are sorted by attempt."""
    return {"pk": {"S": f"lineage#{key.lineage}"}, "sk": {"S": f"{PREFIX}{key.attempt:010d}"}}


def item_of(record: FailureRecord) -> "dict[str, AttributeValueTypeDef]":
    """The attributes of what is known, without the key and without an edit."""
    item: dict[str, AttributeValueTypeDef] = {}
    if record.resumable is not None:
        item["resumable"] = {"BOOL": record.resumable}
    for name in TEXTS:
        if text := getattr(record, name):
            item[name] = {"S": text}
    for name in MOMENTS:
        if moment := getattr(record, name):
            item[name] = {"S": moment.astimezone(UTC).isoformat()}
    return item


def read_item(item: "dict[str, AttributeValueTypeDef]") -> FailureRecord:
    """The record that an item holds."""
    known: dict[str, Any] = {name: item[name]["S"] for name in TEXTS if name in item}
    known |= {name: datetime.fromisoformat(item[name]["S"]) for name in MOMENTS if name in item}
    if "edited_input" in item:
        known["edit"] = Edit(
            input=item["edited_input"]["S"],
            at=datetime.fromisoformat(item["edited_at"]["S"]),
            reason=item["edit_reason"]["S"],
        )
    return FailureRecord(
        key=FailureKey(item["pk"]["S"].removeprefix("lineage#"), int(item["sk"]["S"].removeprefix(PREFIX))),
        resumable=item.get("resumable", {}).get("BOOL"),
        **known,
    )


def times(now: datetime) -> "dict[str, AttributeValueTypeDef]":
    """The values `:now` and `:expires` of an update."""
    return {
        ":now": {"S": now.astimezone(UTC).isoformat()},
        ":expires": {"N": str(int((now + KEPT_FOR).timestamp()))},
    }
