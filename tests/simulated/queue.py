"""One standard queue of SQS: at least once, in any order, and not for ever."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from tests.simulated.clock import Clock
from tests.simulated.refusal import Refusal

LONGEST_HIDDEN = timedelta(hours=12)


@dataclass(eq=False)
class Message:
    """`handle` is the one of the latest receive, which began at `received_at`."""

    id: str
    body: str
    attributes: dict[str, Any]
    sent_at: datetime
    visible_at: datetime
    receive_count: int = 0
    first_received_at: datetime | None = None
    received_at: datetime | None = None
    handle: str | None = None
    dead_letter_source: str | None = None


@dataclass
class Queue:
    """Without `random` it gives all that it has, the oldest first.

    `expired` and `deleted` are what was here: the one was lost, the other may rarely come again.
    """

    url: str
    arn: str
    clock: Clock
    visibility_timeout: timedelta
    retention: timedelta
    random: Random | None = None
    max_receive_count: int | None = None
    dead_letters: "Queue | None" = None
    expired: list[Message] = field(default_factory=list)
    deleted: dict[str, Message] = field(default_factory=dict)
    _kept: dict[str, Message] = field(default_factory=dict)
    _handles: Iterator[int] = field(default_factory=itertools.count)

    @property
    def messages(self) -> list[Message]:
        """All that wait, those in flight too."""
        oldest = self.clock.stamp - self.retention
        if any(message.sent_at <= oldest for message in self._kept.values()):
            self.expired += [message for message in self._kept.values() if message.sent_at <= oldest]
            self._kept = {key: message for key, message in self._kept.items() if message.sent_at > oldest}
        return list(self._kept.values())

    @property
    def bodies(self) -> list[str]:
        return [message.body for message in self.messages]

    def put(self, message: Message) -> None:
        self._kept[message.id] = message

    def redeliver(self, *messages: Message) -> None:
        """Lets messages come again at once: those in flight or deleted, or all in flight."""
        for message in messages or self.messages:
            self._kept[message.id] = message
            message.visible_at = self.clock.stamp

    def receive(self, *, at_most: int, hidden_for: timedelta, wait: timedelta) -> list[Message]:
        """Who waits is told of all that is there; who does not wait may get less, or nothing."""
        if wait and not self._visible():
            self._let_pass(wait)
        found = self._visible()
        count = min(at_most, len(found))
        if self.random:
            self.random.shuffle(found)
            count = self.random.randint(1 if count and wait else 0, count)
        taken = [message for message in found[:count] if not self._given_up(message)]
        now = self.clock.stamp
        for message in taken:
            message.receive_count += 1
            message.first_received_at = message.first_received_at or now
            message.received_at, message.visible_at = now, now + hidden_for
            message.handle = f"{message.id}:{next(self._handles)}"
        return taken

    def delete(self, handle: str) -> None:
        """An older handle than the latest is taken, and may do nothing."""
        message = self._kept.get(_id_in(handle))
        if message and (message.handle == handle or (self.random and self.random.random() < 0.5)):
            self.deleted[message.id] = self._kept.pop(message.id)

    def hide(self, handle: str, hidden_for: timedelta) -> None:
        """ChangeMessageVisibility, of this receive only."""
        now, message = self.clock.stamp, self._kept.get(_id_in(handle))
        if message is None or message.handle != handle or message.received_at is None:
            raise Refusal(
                "InvalidParameterValue",
                f"Value {handle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or "
                "is not available for visibility timeout change.",
            )
        if message.visible_at <= now:
            raise Refusal("AWS.SimpleQueueService.MessageNotInflight", "", query_code="MessageNotInflight")
        if now + hidden_for > message.received_at + LONGEST_HIDDEN:
            raise Refusal(
                "InvalidParameterValue",
                "Total VisibilityTimeout for the message is beyond the limit [43200 seconds]",
            )
        message.visible_at = now + hidden_for

    def _visible(self) -> list[Message]:
        return [message for message in self.messages if message.visible_at <= self.clock.stamp]

    def _let_pass(self, wait: timedelta) -> None:
        until = min((message.visible_at for message in self.messages), default=self.clock.stamp + wait)
        self.clock.wait(min(wait, until - self.clock.stamp).total_seconds())

    def _given_up(self, message: Message) -> bool:
        """Moves a message to the dead letters that was received too often; it keeps its age."""
        if self.dead_letters is None or message.receive_count < (self.max_receive_count or 0):
            return False
        del self._kept[message.id]
        message.receive_count, message.handle, message.dead_letter_source = 0, None, self.arn
        self.dead_letters.put(message)
        return True


def _id_in(handle: str) -> str:
    """The message that a receipt handle is of."""
    message, colon, _ = handle.rpartition(":")
    if not colon:
        raise Refusal(
            "ReceiptHandleIsInvalid",
            f'The input receipt handle "{handle}" is not a valid receipt handle.',
            status=404,
        )
    return message
