"""Sends what has waited long anew, before SQS drops it.

The new message is sent before the old one is deleted: in between the failure is there twice, which the
reprocessor sees.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from botocore.exceptions import ClientError

from stepkeeper.aws import sqs
from stepkeeper.aws.clients import client
from stepkeeper.errors import SpoolNotDeleted
from stepkeeper.spool.scan import Scan

TOO_OLD = timedelta(days=10)
"""SQS drops a message after 14 days, and a message in quarantine is as old as it was on the spool."""


@dataclass
class Refreshed:
    """How many messages of a queue were sent anew, of how many. `problems`: what may expire all the same."""

    refreshed: int = 0
    looked_at: int = 0
    problems: list[str] = field(default_factory=list)


def refresh(queue_url: str, *, now: datetime) -> Refreshed:
    """Sends the old messages of a queue anew; what is wrong with one keeps no other from being sent.

    A message keeps its body and attributes, and the id that it had at first.
    """
    told = Refreshed()
    with Scan(queue_url) as scan:
        for message in scan.messages():
            if now - message.sent_at > TOO_OLD:
                try:
                    _send_anew(queue_url, message, scan)
                    told.refreshed += 1
                except (ClientError, SpoolNotDeleted) as error:
                    told.problems.append(f"message {message.id}: {error}")
        told.looked_at = scan.looked_at
        if not scan.complete:
            told.problems.append(f"there are more than {scan.looked_at} messages: run some, or call again")
        return told


def _send_anew(queue_url: str, message: sqs.Message, scan: Scan) -> None:
    others = [each for each in message.attributes.items() if each[0] != sqs.FIRST_MESSAGE_ID]
    attributes = {sqs.FIRST_MESSAGE_ID: message.id, **dict(others[: sqs.ATTRIBUTES - 1])}
    sqs.send(client("sqs"), queue_url, message.body, attributes)
    scan.take_out(message)
    sqs.delete(client("sqs"), queue_url, [message])
