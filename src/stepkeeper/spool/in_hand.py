"""The messages that a call holds: received ahead, deleted behind, and given back at the end."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType

from stepkeeper.aws import sqs
from stepkeeper.aws.clients import client

AT_ONCE = 10
"""As many calls as boto3 keeps connections for."""

Incoming = list["Future[list[sqs.Message]]"]


class InHand:
    """What is received from a queue and deleted from it beside other work.

    At its end it waits for the deletions, of which it raises SpoolNotDeleted, and gives back what was not
    settled.
    """

    def __init__(self, queue_url: str) -> None:
        self._queue_url = queue_url
        self._client = client("sqs")
        self._pool = ThreadPoolExecutor(AT_ONCE)
        self._incoming: Incoming = []
        self._deletions: list[Future[None]] = []
        self._held: set[str] = set()

    def receive(self, at_most: int) -> None:
        """Begins to receive so many messages; nothing where they are none."""
        sizes = [min(sqs.BATCH, at_most - first) for first in range(0, at_most, sqs.BATCH)]
        self._incoming += [
            self._pool.submit(sqs.receive, self._client, self._queue_url, at_most=size) for size in sizes
        ]

    @property
    def is_receiving(self) -> bool:
        """Whether something was asked for that has not been taken."""
        return bool(self._incoming)

    def take(self) -> list[sqs.Message]:
        """What was received; it is held from now on, also where another call failed."""
        incoming, self._incoming = self._incoming, []
        received = [future.result() for future in incoming if not future.exception()]
        messages = [message for batch in received for message in batch]
        self._held |= {message.receipt_handle for message in messages}
        for future in incoming:
            future.result()  # raises what went wrong
        return messages

    def settle(self, messages: Sequence[sqs.Message]) -> None:
        """Begins to delete messages of which nothing is left to do."""
        self._held -= {message.receipt_handle for message in messages}
        for first in range(0, len(messages), sqs.BATCH):
            batch = messages[first : first + sqs.BATCH]
            self._deletions.append(self._pool.submit(sqs.delete, self._client, self._queue_url, batch))

    def give_back(self, messages: Sequence[sqs.Message]) -> None:
        """Lets these messages be received again at once, by this call too."""
        handles = [message.receipt_handle for message in messages]
        self._held -= set(handles)
        sqs.give_back(self._client, self._queue_url, handles)

    def __enter__(self) -> "InHand":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._pool:
            self._incoming = [future for future in self._incoming if not future.exception()]
            self.take()
            sqs.give_back(self._client, self._queue_url, sorted(self._held))
            for deletion in self._deletions:
                deletion.result()
