"""Drains of the spool: their runs, and the notices that they give."""

import uuid
from typing import Any

from local.deployed import Operator
from local.slack import Slack


def drain(operator: Operator, input: object) -> dict[str, Any]:
    """A run of drain_spool, when it has ended."""
    name = f"drain-{uuid.uuid4().hex[:8]}"
    return operator.finished(operator.start(operator.output("DrainSpoolArn"), name=name, input=input))


def notices_of(slack: Slack, drained: dict[str, Any]) -> list[str]:
    """What people were told of a drain by the drain itself."""
    texts = [message.payload["text"] for message in slack.messages]
    return [text for text in texts if drained["executionArn"] in text]
