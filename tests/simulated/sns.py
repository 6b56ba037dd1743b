"""SNS: what was published."""

import itertools
from typing import Any
from uuid import UUID

from tests.simulated.refusal import Refusal, only


class Sns:
    """`published` has each message as it was sent: TopicArn, Subject, Message, MessageAttributes."""

    def __init__(self, topic_arn: str) -> None:
        self._topic_arn = topic_arn
        self._ids = itertools.count(1)
        self.published: list[dict[str, Any]] = []

    def publish(self, sent: dict[str, Any]) -> dict[str, Any]:
        only(sent, "TopicArn", "Subject", "Message", "MessageAttributes")
        if sent["TopicArn"] != self._topic_arn:
            raise Refusal("NotFound", "Topic does not exist", status=404)
        if len(sent.get("Subject", "")) > 100:
            raise Refusal("InvalidParameter", "Invalid parameter: Subject")
        self.published.append(dict(sent))
        return {"MessageId": str(UUID(int=next(self._ids)))}
