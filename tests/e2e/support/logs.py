"""What the functions write to their logs."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from local.deployed import Operator
from tests.e2e.support.resources import function

OF_THE_RUNTIME = ("START ", "END ", "REPORT ")


@contextmanager
def logged(operator: Operator, handler: str) -> Iterator[list[str]]:
    """Fills the list, when the block has ended, with the lines that the function has logged in it."""
    lines: list[str] = []
    since = datetime.now(UTC)
    yield lines
    pages = (
        operator.client("logs")
        .get_paginator("filter_log_events")
        .paginate(
            logGroupName=function(operator, handler)["LoggingConfig"]["LogGroup"],
            startTime=int(since.timestamp() * 1000),
        )
    )
    messages = [event["message"].rstrip() for page in pages for event in page["events"]]
    lines.extend(message for message in messages if not message.startswith(OF_THE_RUNTIME))


def metrics(lines: list[str], *, namespace: str) -> dict[str, float]:
    """The values of the metrics in the embedded metric format, by name."""
    values: dict[str, float] = {}
    for entry in map(_entry, lines):
        for directive in entry.get("_aws", {}).get("CloudWatchMetrics", []):
            if directive["Namespace"] == namespace:
                names = [metric["Name"] for metric in directive["Metrics"]]
                values.update({name: sum(entry[name]) for name in names})
    return values


def _entry(line: str) -> dict[str, Any]:
    return dict(json.loads(line)) if line.startswith("{") else {}
