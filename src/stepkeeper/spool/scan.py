"""Looks through a whole queue, and gives everything back that was not taken out."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import timedelta
from types import TracebackType
from typing import TYPE_CHECKING

from stepkeeper.aws import sqs
from stepkeeper.aws.clients import client

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

AT_ONCE = 10
"""As many calls as boto3 keeps connections for."""

MOST_MESSAGES = 20_000
"""SQS keeps 120,000 in flight (quotas); looking at these takes less than a minute."""

HIDDEN_FOR = timedelta(minutes=3)
"""Longer than a scan takes: what comes back earlier would be seen twice."""


class Scan(AbstractContextManager["Scan"]):
    """One look through a queue. Until it is over, nobody else sees what it has seen.

    SQS moves a message that was received more than 1,000 times to the quarantine; each scan is one.
    """

    def __init__(self, queue_url: str) -> None:
        self._queue_url = queue_url
        self._held: set[str] = set()
        self.looked_at = 0
        self.complete = False

    def messages(self) -> Iterator[sqs.Message]:
        """All messages that can be received, each once."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            while self.looked_at < MOST_MESSAGES:
                received = pool.map(self._receive, [client("sqs")] * AT_ONCE)
                messages = [message for batch in received for message in batch]
                if not messages:
                    self.complete = True
                    return
                self.looked_at += len(messages)
                self._held |= {message.receipt_handle for message in messages}
                yield from messages

    def take_out(self, message: sqs.Message) -> None:
        """Leaves it to the caller what becomes of this message."""
        self._held.remove(message.receipt_handle)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        handles = sorted(self._held)
        batches = [handles[first : first + sqs.BATCH] for first in range(0, len(handles), sqs.BATCH)]
        queue, sqs_client = self._queue_url, client("sqs")
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(lambda batch: sqs.give_back(sqs_client, queue, batch), batches))

    def _receive(self, sqs_client: "SQSClient") -> list[sqs.Message]:
        return sqs.receive(sqs_client, self._queue_url, at_most=sqs.BATCH, hidden_for=HIDDEN_FOR)
