"""What arrives on the alert topic, or on another one, read from a queue that is subscribed to it."""

import json
from dataclasses import dataclass
from typing import Any

from tests.conftest import Stack
from tests.template import ACCOUNT, REGION


@dataclass
class Inbox:
    """A subscriber of a topic, for all alerts or those that its filter policy lets through."""

    stack: Stack
    name: str = "inbox"
    filter_policy: dict[str, Any] | None = None
    topic: str = "AlertTopic"

    def __post_init__(self) -> None:
        self.queue = self.stack.aws.client("sqs").create_queue(QueueName=self.name)["QueueUrl"]
        attributes = {"FilterPolicy": json.dumps(self.filter_policy)} if self.filter_policy else {}
        self.stack.aws.client("sns").subscribe(
            TopicArn=self.stack.template.refs[self.topic],
            Protocol="sqs",
            Endpoint=f"arn:aws:sqs:{REGION}:{ACCOUNT}:{self.name}",
            Attributes=attributes,
        )

    def take(self) -> list[dict[str, Any]]:
        """The alerts that have arrived since the last time: Subject, Message, MessageAttributes."""
        queue = self.stack.aws.client("sqs")
        taken = []
        while messages := queue.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                taken.append(json.loads(message["Body"]))
                queue.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
        return taken
