"""What the functions write to their logs."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from local.deployed import NeverHappened, Operator
from tests.e2e.support.resources import function

OF_THE_RUNTIME = ("START ", "END ", "REPORT ")
CALLS = 5


def logged(operator: Operator, handler: str, call: Callable[[], object], *, until: str) -> list[str]:
    """The lines that the function logs during a call, one of which has the text `until` in it.

    The embedded AWS leaves what it has not read within 5 ms to the next call, which is made then.
    """
    since = datetime.now(UTC)
    for _ in range(CALLS):
        call()
        lines = _lines_since(operator, handler, since)
        if any(until in line for line in lines):
            return lines
    raise NeverHappened(f"{handler} logged no {until!r} in {CALLS} calls: {lines}")


def _lines_since(operator: Operator, handler: str, since: datetime) -> list[str]:
    pages = operator.client("logs").get_paginator("filter_log_events")
    found = pages.paginate(
        logGroupName=function(operator, handler)["LoggingConfig"]["LogGroup"],
        startTime=int(since.timestamp() * 1000),
    )
    messages = [event["message"].rstrip() for page in found for event in page["events"]]
    return [message for message in messages if not message.startswith(OF_THE_RUNTIME)]


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
