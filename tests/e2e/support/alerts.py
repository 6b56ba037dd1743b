"""A queue that is subscribed to the alert topic, and gets what people would get by e-mail."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from local.deployed import Operator
from tests.e2e.support.resources import queue_arn


@dataclass(frozen=True)
class Alert:
    """One alert as it arrived."""

    subject: str
    body: str
    attributes: dict[str, str]


@dataclass(frozen=True)
class Inbox:
    """All alerts that came in so far, in the order they came."""

    operator: Operator
    url: str
    alerts: list[Alert] = field(default_factory=list)

    def verdicts(self) -> dict[str, str]:
        """The verdict that was told of each pipeline."""
        return {alert.attributes["pipeline"]: alert.attributes["verdict"] for alert in self.read()}

    def read(self) -> list[Alert]:
        """All alerts so far."""
        sqs = self.operator.client("sqs")
        while received := sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10).get("Messages"):
            for message in received:
                self.alerts.append(_alert(json.loads(message["Body"])))
                sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        return self.alerts

    def wait_for(self, count: int) -> list[Alert]:
        """Waits until this many alerts came in."""
        self.operator.until(f"{count} alerts come in", lambda: len(self.read()) >= count, seconds=20)
        return self.alerts


@contextmanager
def subscribed(operator: Operator, name: str, **filter_policy: list[Any]) -> Iterator[Inbox]:
    """Subscribes a new queue to the alerts that the filter policy lets through."""
    sqs, sns = operator.client("sqs"), operator.client("sns")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn, topic = queue_arn(operator, url), operator.output("AlertTopicArn")
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": _let_in(topic, arn)})
    subscription = sns.subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=arn,
        Attributes={"FilterPolicy": json.dumps(filter_policy)},
        ReturnSubscriptionArn=True,
    )["SubscriptionArn"]
    try:
        yield Inbox(operator, url)
    finally:
        sns.unsubscribe(SubscriptionArn=subscription)
        sqs.delete_queue(QueueUrl=url)


def _let_in(topic: str, queue: str) -> str:
    """The policy without which the topic may not send to the queue."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _alert(notification: dict[str, Any]) -> Alert:
    return Alert(
        subject=notification["Subject"],
        body=notification["Message"],
        attributes={name: value["Value"] for name, value in notification["MessageAttributes"].items()},
    )
