"""Messages of SQS as they are written and read: what it takes of one, and how it gives it."""

import hashlib
import re
from datetime import datetime
from typing import Any

from tests.simulated.queue import Message
from tests.simulated.refusal import Refusal

MEBIBYTE = 1_048_576
REFUSED = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
ENTRY_ID = re.compile(r"[A-Za-z0-9_-]{1,80}")
OLD_CODE = "AWS.SimpleQueueService."


def check_batch(sent: dict[str, Any], what: str) -> None:
    """Raises what SQS answers to a batch that it does not even look into."""
    ids = [entry["Id"] for entry in sent["Entries"]]
    if not ids:
        raise _refusal("EmptyBatchRequest", f"There should be at least one {what}MessageBatchRequestEntry.")
    if len(ids) > 10:
        raise _refusal(
            "TooManyEntriesInBatchRequest",
            f"Maximum number of entries per request are 10. You have sent {len(ids)}.",
        )
    if not all(ENTRY_ID.fullmatch(each) for each in ids):
        raise _refusal(
            "InvalidBatchEntryId",
            "A batch entry id can only contain alphanumeric characters, hyphens and underscores. "
            "It can be at most 80 letters long.",
        )
    if len(set(ids)) < len(ids):
        repeated = next(each for index, each in enumerate(ids) if each in ids[:index])
        raise _refusal("BatchEntryIdsNotDistinct", f"Id {repeated} repeated.")
    size = sum(
        _size(entry.get("MessageBody", ""), entry.get("MessageAttributes", {})) for entry in sent["Entries"]
    )
    if size > MEBIBYTE:
        raise _refusal(
            "BatchRequestTooLong",
            f"Batch requests cannot be longer than {MEBIBYTE} bytes. You have sent {size} bytes.",
        )


def check_message(body: str, attributes: dict[str, Any]) -> None:
    if len(attributes) > 10:
        raise _invalid(f"Number of message attributes [{len(attributes)}] exceeds the allowed maximum [10].")
    for name, value in attributes.items():
        if not value.get("StringValue"):
            raise _invalid(
                f"The message attribute '{name}' must contain non-empty message attribute value for "
                f"message attribute type '{value['DataType']}'."
            )
    if not body:
        raise Refusal("MissingParameter", "The request must contain the parameter MessageBody.")
    texts = [body, *(value["StringValue"] for value in attributes.values())]
    if any(REFUSED.search(text) for text in texts):
        raise Refusal(
            "InvalidMessageContents", "Invalid characters found.", query_code="InvalidMessageContents"
        )
    if _size(body, attributes) > MEBIBYTE:
        raise _invalid(
            f"One or more parameters are invalid. Reason: Message must be shorter than {MEBIBYTE} bytes."
        )


def received(message: Message, sent: dict[str, Any]) -> dict[str, Any]:
    """A message as ReceiveMessage gives it, with the attributes that it was asked for."""
    given = {
        "MessageId": message.id,
        "ReceiptHandle": message.handle,
        "MD5OfBody": md5(message.body),
        "Body": message.body,
    }
    asked = {*sent.get("AttributeNames", ()), *sent.get("MessageSystemAttributeNames", ())}
    system = {
        "SenderId": "AIDASIMULATED",
        "SentTimestamp": _milliseconds(message.sent_at),
        "ApproximateReceiveCount": str(message.receive_count),
        "ApproximateFirstReceiveTimestamp": _milliseconds(message.first_received_at),
        "DeadLetterQueueSourceArn": message.dead_letter_source,
    }
    told = {name: text for name, text in system.items() if text and ("All" in asked or name in asked)}
    names = sent.get("MessageAttributeNames", ())
    own = {
        name: dict(value)
        for name, value in message.attributes.items()
        if any(each in ("All", ".*", name) for each in names)
    }
    return given | ({"Attributes": told} if told else {}) | ({"MessageAttributes": own} if own else {})


def md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _size(body: str, attributes: dict[str, Any]) -> int:
    """In bytes; attributes count with their names and types."""
    texts = [body]
    for name, value in attributes.items():
        texts += [name, value["DataType"], value.get("StringValue", "")]
    return sum(len(text.encode("utf-8", "surrogatepass")) for text in texts)


def _milliseconds(moment: datetime | None) -> str | None:
    return str(round(moment.timestamp() * 1000)) if moment else None


def _refusal(code: str, message: str) -> Refusal:
    return Refusal(OLD_CODE + code, message, query_code=code)


def _invalid(message: str) -> Refusal:
    return Refusal("InvalidParameterValue", message)
