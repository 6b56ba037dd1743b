"""SQS: the spool and the quarantine."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from stepkeeper.errors import SpoolNotDeleted

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

BATCH = 10
"""The most messages that one call receives or deletes (API reference)."""

ATTRIBUTES = 10
"""The most attributes of one message (SQS quotas)."""

WAIT_SECONDS = 1
"""Any wait makes SQS ask all its servers. Without one it asks a few, and may find nothing in a full queue."""

REFUSED = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""The characters that SQS takes neither in a body nor in an attribute (API reference, SendMessage)."""

FIRST_MESSAGE_ID = "first_message_id"
"""The attribute of a message that was sent anew: what it was called at first."""


@dataclass(frozen=True)
class Message:
    """A message as it was received; `receipt_handle` is good for this receive only.

    `id` is the id that it was sent with for the first time, and stays the same when it is sent anew.
    """

    id: str
    receipt_handle: str
    body: str
    sent_at: datetime
    attributes: Mapping[str, str] = field(default_factory=dict)


def send(client: "SQSClient", queue_url: str, body: str, attributes: Mapping[str, str]) -> str:
    """Sends a message and gives its id. What SQS would refuse in an attribute is written as U+FFFD."""
    return client.send_message(
        QueueUrl=queue_url,
        MessageBody=body,
        MessageAttributes={
            name: {"DataType": "String", "StringValue": REFUSED.sub("\ufffd", value)}
            for name, value in attributes.items()
        },
    )["MessageId"]


def receive(
    client: "SQSClient", queue_url: str, *, at_most: int, hidden_for: timedelta | None = None
) -> list[Message]:
    """Up to `at_most` messages, and never more than BATCH. An empty list: most likely there are none.

    They are hidden from others for as long as the queue says, or `hidden_for`.
    """
    hidden = {"VisibilityTimeout": int(hidden_for.total_seconds())} if hidden_for is not None else {}
    received = client.receive_message(
        QueueUrl=queue_url,
        MaxNumberOfMessages=min(at_most, BATCH),
        WaitTimeSeconds=WAIT_SECONDS,
        MessageSystemAttributeNames=["SentTimestamp"],
        MessageAttributeNames=["All"],
        **hidden,  # type: ignore[arg-type]
    )
    messages = []
    for item in received.get("Messages", []):
        attributes = {
            name: value["StringValue"]
            for name, value in item.get("MessageAttributes", {}).items()
            if "StringValue" in value  # nobody here sends bytes, and they could not be sent on as a text
        }
        messages.append(
            Message(
                id=attributes.get(FIRST_MESSAGE_ID) or item["MessageId"],
                receipt_handle=item["ReceiptHandle"],
                body=item["Body"],
                sent_at=datetime.fromtimestamp(int(item["Attributes"]["SentTimestamp"]) / 1000, UTC),
                attributes=attributes,
            )
        )
    return messages


def delete(client: "SQSClient", queue_url: str, messages: Sequence[Message]) -> None:
    """Deletes a batch of messages. Raises SpoolNotDeleted where SQS kept some, which will come again."""
    if not messages:
        return
    answer = client.delete_message_batch(
        QueueUrl=queue_url,
        Entries=[
            {"Id": str(index), "ReceiptHandle": message.receipt_handle}
            for index, message in enumerate(messages)
        ],
    )
    failed = answer.get("Failed", [])
    if failed:
        kept = ", ".join(f"{messages[int(entry['Id'])].id} ({entry['Code']})" for entry in failed)
        raise SpoolNotDeleted(
            f"SQS did not delete {kept}. They were seen to, and will be recognised when they come again."
        )


def give_back(client: "SQSClient", queue_url: str, receipt_handles: Sequence[str]) -> None:
    """Lets others receive these messages at once. One that SQS keeps hidden comes back by itself, later."""
    for first in range(0, len(receipt_handles), BATCH):
        client.change_message_visibility_batch(
            QueueUrl=queue_url,
            Entries=[
                {"Id": str(index), "ReceiptHandle": handle, "VisibilityTimeout": 0}
                for index, handle in enumerate(receipt_handles[first : first + BATCH])
            ],
        )


def count(client: "SQSClient", queue_url: str) -> int:
    """How many messages the queue holds, about: those in flight too."""
    attributes = client.get_queue_attributes(
        QueueUrl=queue_url,
        AttributeNames=[
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesNotVisible",
            "ApproximateNumberOfMessagesDelayed",
        ],
    )["Attributes"]
    return sum(map(int, attributes.values()))
