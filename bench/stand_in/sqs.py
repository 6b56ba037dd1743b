"""Queues. What was received stays hidden until it is given back: nothing here lasts as long as a time-out."""

import time
import uuid
from collections import defaultdict, deque
from dataclasses import dataclass, field

from bench.stand_in.answer import Answer, Operations, Request


@dataclass
class Message:
    """A message; its id is its receipt handle too."""

    id: str
    body: str
    attributes: Request
    sent: float
    receives: int = 0


@dataclass
class Queue:
    """What waits, oldest first, and what was received but not deleted."""

    waiting: deque[Message] = field(default_factory=deque)
    received: dict[str, Message] = field(default_factory=dict)

    def send(self, body: str, attributes: Request) -> str:
        """Adds a message and gives its id."""
        message = Message(str(uuid.uuid4()), body, attributes, time.time())
        self.waiting.append(message)
        return message.id

    def receive(self, at_most: int) -> list[Message]:
        """The oldest messages, which nobody else receives from now on."""
        taken = [self.waiting.popleft() for _ in range(min(at_most, len(self.waiting)))]
        for message in taken:
            message.receives += 1
            self.received[message.id] = message
        return taken

    def give_back(self, handle: str) -> None:
        """Lets a message be received again."""
        if message := self.received.pop(handle, None):
            self.waiting.append(message)


class Sqs:
    """Every queue that is named exists."""

    def __init__(self) -> None:
        self.queues: defaultdict[str, Queue] = defaultdict(Queue)
        self.operations: Operations = {
            "SendMessage": self._send,
            "ReceiveMessage": self._receive,
            "DeleteMessage": self._delete,
            "DeleteMessageBatch": self._delete_batch,
            "ChangeMessageVisibilityBatch": self._change_visibility_batch,
            "GetQueueAttributes": self._attributes,
        }

    def _queue(self, request: Request) -> Queue:
        return self.queues[request["QueueUrl"]]

    def _send(self, request: Request) -> Answer:
        message_id = self._queue(request).send(request["MessageBody"], request.get("MessageAttributes", {}))
        return Answer({"MessageId": message_id})

    def _receive(self, request: Request) -> Answer:
        messages = self._queue(request).receive(request.get("MaxNumberOfMessages", 1))
        if not messages:
            return Answer(after=request.get("WaitTimeSeconds", 0))
        return Answer({"Messages": [_as_received(message) for message in messages]})

    def _delete(self, request: Request) -> Answer:
        self._queue(request).received.pop(request["ReceiptHandle"], None)
        return Answer()

    def _delete_batch(self, request: Request) -> Answer:
        for entry in request["Entries"]:
            self._queue(request).received.pop(entry["ReceiptHandle"], None)
        return _all_successful(request)

    def _change_visibility_batch(self, request: Request) -> Answer:
        for entry in request["Entries"]:
            if entry["VisibilityTimeout"] == 0:
                self._queue(request).give_back(entry["ReceiptHandle"])
        return _all_successful(request)

    def _attributes(self, request: Request) -> Answer:
        queue = self._queue(request)
        counts = {
            "ApproximateNumberOfMessages": str(len(queue.waiting)),
            "ApproximateNumberOfMessagesNotVisible": str(len(queue.received)),
            "ApproximateNumberOfMessagesDelayed": "0",
        }
        return Answer({"Attributes": counts})


def _as_received(message: Message) -> Request:
    return {
        "MessageId": message.id,
        "ReceiptHandle": message.id,
        "Body": message.body,
        "Attributes": {
            "SentTimestamp": str(int(message.sent * 1000)),
            "ApproximateReceiveCount": str(message.receives),
        },
        "MessageAttributes": message.attributes,
    }


def _all_successful(request: Request) -> Answer:
    return Answer({"Successful": [{"Id": entry["Id"]} for entry in request["Entries"]], "Failed": []})
