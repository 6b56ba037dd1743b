"""SQS: the spool and the quarantine."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stepkeeper.errors import SpoolNotDeleted

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

BATCH = 10
"""The most messages that one call receives or deletes (API reference)."""

WAIT_SECONDS = 1
"""Any wait makes SQS ask all its servers. Without one it asks a few, and may find nothing in a full queue."""

REFUSED = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""The characters that SQS takes neither in a body nor in an attribute (API reference, SendMessage)."""


@dataclass(frozen=True)
class Message:
    """A message as it was received; `receipt_handle` is good for this receive only."""

    id: str
    receipt_handle: str
    body: str


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


def receive(client: "SQSClient", queue_url: str, *, at_most: int) -> list[Message]:
    """Up to `at_most` messages, and never more than BATCH. An empty list: most likely there are none."""
    received = client.receive_message(
        QueueUrl=queue_url, MaxNumberOfMessages=min(at_most, BATCH), WaitTimeSeconds=WAIT_SECONDS
    )
    return [
        Message(id=item["MessageId"], receipt_handle=item["ReceiptHandle"], body=item["Body"])
        for item in received.get("Messages", [])
    ]


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
