"""SQS: what its API does with the queues."""

import itertools
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from tests.simulated.clock import Clock
from tests.simulated.faults import Faults
from tests.simulated.queue import Message, Queue
from tests.simulated.refusal import Refusal, only
from tests.simulated.sqs_messages import check_batch, check_message, md5, received

COUNTS: dict[str, Callable[[Message, Any], bool]] = {
    "ApproximateNumberOfMessages": lambda message, now: message.visible_at <= now,
    "ApproximateNumberOfMessagesNotVisible": lambda message, now: (
        message.visible_at > now and message.receive_count > 0
    ),
    "ApproximateNumberOfMessagesDelayed": lambda message, now: (
        message.visible_at > now and message.receive_count == 0
    ),
}


class Sqs:
    """The calls, each named as its operation; they take parameters and give answers as boto3 does."""

    def __init__(self, queues: list[Queue], clock: Clock, faults: Faults) -> None:
        self._queues = {queue.url: queue for queue in queues}
        self._clock = clock
        self._faults = faults
        self._ids = itertools.count(1)

    def send_message(self, sent: dict[str, Any]) -> dict[str, Any]:
        return self._send(self._queue(sent), {key: sent[key] for key in sent if key != "QueueUrl"})

    def send_message_batch(self, sent: dict[str, Any]) -> dict[str, Any]:
        check_batch(sent, "Send")
        return self._each(sent, "SendMessageBatch", self._send)

    def receive_message(self, sent: dict[str, Any]) -> dict[str, Any]:
        only(
            sent, "QueueUrl", "MaxNumberOfMessages", "WaitTimeSeconds", "VisibilityTimeout",
            "AttributeNames", "MessageSystemAttributeNames", "MessageAttributeNames",
        )  # fmt: skip
        queue, at_most = self._queue(sent), sent.get("MaxNumberOfMessages", 1)
        if not 1 <= at_most <= 10:
            raise Refusal(
                "InvalidParameterValue",
                f"Value {at_most} for parameter MaxNumberOfMessages is invalid. "
                "Reason: Must be between 1 and 10, if provided.",
            )
        taken = queue.receive(
            at_most=at_most,
            hidden_for=timedelta(seconds=sent["VisibilityTimeout"])
            if "VisibilityTimeout" in sent
            else queue.visibility_timeout,
            wait=timedelta(seconds=sent.get("WaitTimeSeconds", 0)),
        )
        return {"Messages": [received(message, sent) for message in taken]} if taken else {}

    def delete_message(self, sent: dict[str, Any]) -> dict[str, Any]:
        return self._delete(self._queue(sent), sent)

    def delete_message_batch(self, sent: dict[str, Any]) -> dict[str, Any]:
        check_batch(sent, "Delete")
        return self._each(sent, "DeleteMessageBatch", self._delete)

    def change_message_visibility(self, sent: dict[str, Any]) -> dict[str, Any]:
        return self._hide(self._queue(sent), sent)

    def change_message_visibility_batch(self, sent: dict[str, Any]) -> dict[str, Any]:
        check_batch(sent, "ChangeVisibility")
        return self._each(sent, "ChangeMessageVisibilityBatch", self._hide)

    def get_queue_attributes(self, sent: dict[str, Any]) -> dict[str, Any]:
        only(sent, "QueueUrl", "AttributeNames")
        queue, now = self._queue(sent), self._clock.stamp
        known = {name: str(sum(are(each, now) for each in queue.messages)) for name, are in COUNTS.items()}
        known["QueueArn"] = queue.arn
        known["VisibilityTimeout"] = str(int(queue.visibility_timeout.total_seconds()))
        known["MessageRetentionPeriod"] = str(int(queue.retention.total_seconds()))
        if queue.dead_letters:
            policy = {
                "deadLetterTargetArn": queue.dead_letters.arn,
                "maxReceiveCount": queue.max_receive_count,
            }
            known["RedrivePolicy"] = json.dumps(policy)
        wanted = sent.get("AttributeNames", [])
        return {"Attributes": {name: known[name] for name in (known if "All" in wanted else wanted)}}

    def _send(self, queue: Queue, entry: dict[str, Any]) -> dict[str, Any]:
        only(entry, "Id", "MessageBody", "DelaySeconds", "MessageAttributes")
        body, attributes = entry["MessageBody"], entry.get("MessageAttributes", {})
        check_message(body, attributes)
        now = self._clock.stamp
        delay = timedelta(seconds=entry.get("DelaySeconds", 0))
        message = Message(str(UUID(int=next(self._ids))), body, dict(attributes), now, now + delay)
        queue.put(message)
        return {"MessageId": message.id, "MD5OfMessageBody": md5(body)}

    def _delete(self, queue: Queue, entry: dict[str, Any]) -> dict[str, Any]:
        only(entry, "QueueUrl", "Id", "ReceiptHandle")
        queue.delete(entry["ReceiptHandle"])
        return {}

    def _hide(self, queue: Queue, entry: dict[str, Any]) -> dict[str, Any]:
        only(entry, "QueueUrl", "Id", "ReceiptHandle", "VisibilityTimeout")
        queue.hide(entry["ReceiptHandle"], timedelta(seconds=entry["VisibilityTimeout"]))
        return {}

    def _each(
        self, sent: dict[str, Any], operation: str, act: Callable[[Queue, dict[str, Any]], dict[str, Any]]
    ) -> dict[str, Any]:
        """What one entry is refused does not keep the others from being done."""
        only(sent, "QueueUrl", "Entries")
        queue = self._queue(sent)
        done: list[dict[str, Any]] = []
        failed: list[dict[str, Any]] = []
        for entry in sent["Entries"]:
            code = self._faults.of_entry(operation, entry)
            try:
                if code:
                    raise Refusal(code, f"{code}, says AWS.", status=500)
                done.append({"Id": entry["Id"], **act(queue, entry)})
            except Refusal as refusal:
                error = refusal.parsed["Error"]
                failed.append(
                    {
                        "Id": entry["Id"],
                        "Code": error.get("QueryErrorCode", error["Code"]),
                        "Message": error["Message"],
                        "SenderFault": refusal.status < 500,
                    }
                )
        return {"Successful": done, "Failed": failed}

    def _queue(self, sent: dict[str, Any]) -> Queue:
        try:
            return self._queues[sent["QueueUrl"]]
        except KeyError:
            raise Refusal(
                "AWS.SimpleQueueService.NonExistentQueue",
                "The specified queue does not exist.",
                query_code="QueueDoesNotExist",
            ) from None
