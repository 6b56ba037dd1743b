"""What lies in the spool and the quarantine, and what the reprocessor started from it."""

import json
import uuid
from dataclasses import dataclass
from typing import Any

from local.deployed import Operator
from tests.e2e.support.envelopes import an_envelope
from tests.e2e.support.resources import held

ORDERS: list[Any] = [
    {"key": "12345"},
    {"key": "注文 \U0001f363", "lines": [{"sku": "é\u2028", "count": 2, "price": 0.1, "gift": None}], "": {}},
    ["no", {"object": True}],
]
"""What runs are started with: whatever JSON can say."""

AT_MOST = 10
"""SQS shows no more at once; no test spools more."""


@dataclass(frozen=True)
class Message:
    """A message, its body read as JSON."""

    body: Any
    attributes: dict[str, str]


def peek(operator: Operator, queue: str) -> list[Message]:
    """The messages of a queue, given the name of its output; they stay where they are."""
    received = operator.client("sqs").receive_message(
        QueueUrl=operator.output(queue),
        MaxNumberOfMessages=AT_MOST,
        MessageAttributeNames=["All"],
        VisibilityTimeout=0,
    )
    return [
        Message(
            body=json.loads(message["Body"]),
            attributes={
                name: value["StringValue"] for name, value in message.get("MessageAttributes", {}).items()
            },
        )
        for message in received.get("Messages", [])
    ]


def by_run(operator: Operator) -> dict[str, Message]:
    """The messages of the spool by the run that they are about. Raises AssertionError for two about one."""
    messages = peek(operator, "SpoolQueueUrl")
    runs = {message.body["execution_arn"]: message for message in messages}
    assert len(runs) == len(messages), "a failure is on the spool twice"
    return runs


def wait_for_spooled(operator: Operator, count: int) -> None:
    """Waits until the spool holds so many messages."""
    operator.until(f"{count} are spooled", lambda: held(operator, "SpoolQueueUrl") >= count)


def put(operator: Operator, queue: str, body: object) -> None:
    """Sends a message to a queue, given the name of its output."""
    operator.client("sqs").send_message(QueueUrl=operator.output(queue), MessageBody=json.dumps(body))


def fill(operator: Operator, state_machine_arn: str, count: int) -> None:
    """Spools so many failed runs of a state machine, each of a lineage of its own."""
    bodies = [json.dumps(an_envelope(state_machine_arn)) for _ in range(count)]
    for first in range(0, count, 10):
        entries = [
            {"Id": str(each), "MessageBody": body} for each, body in enumerate(bodies[first : first + 10])
        ]
        answer = operator.client("sqs").send_message_batch(
            QueueUrl=operator.output("SpoolQueueUrl"), Entries=entries
        )
        assert not answer.get("Failed")


def fail_run(operator: Operator, order: object) -> dict[str, Any]:
    """Runs the sample pipeline during an outage, and describes the run when it has ended."""
    arn = operator.start(
        operator.output("GuardedPipelineArn"), name=f"order-{uuid.uuid4().hex[:8]}", input=order
    )
    return operator.finished(arn)


def reruns(operator: Operator, *lineages: str) -> list[dict[str, Any]]:
    """The runs of these lineages that were started again, by name, when all of them have ended."""
    runs = operator.runs(operator.output("GuardedPipelineArn"))
    ours = [run["executionArn"] for run in runs if run["name"].split("-")[1] in lineages]
    return sorted(map(operator.finished, ours), key=lambda run: str(run["name"]))


def failed_steps(operator: Operator, execution_arn: str) -> list[str]:
    """The errors of the failed tries of a run's steps, oldest first."""
    failed = [event for event in operator.history(execution_arn) if event["type"] == "TaskFailed"]
    return [event["taskFailedEventDetails"]["error"] for event in failed]
