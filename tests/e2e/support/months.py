"""Months of logs to export."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from local.deployed import Operator
from tests.e2e.support.order import TOKYO

LOG_GROUP = "/orders/nightly"
"""The stack is deployed with it as the group to export, and with months as they are in Tokyo."""

SETTLING = timedelta(hours=12)
STREAMS = ("worker", "clerk")


@dataclass(frozen=True)
class Month:
    """A calendar month in Tokyo."""

    start: datetime
    end: datetime

    @property
    def id(self) -> str:
        return f"{self.start:%Y-%m}"

    def as_period(self, log_group: str) -> dict[str, Any]:
        """As bucket_checker answers it."""
        times = {"from_ms": milliseconds(self.start), "to_ms": milliseconds(self.end)}
        return {"id": self.id, "log_group": log_group, **times}

    @property
    def lines(self) -> list[str]:
        """A line of its first millisecond, of its last, and some in between, of each stream."""
        return [f"{stream} {n} of {self.id}" for stream in STREAMS for n in range(len(self.moments))]

    @property
    def moments(self) -> list[datetime]:
        middle = self.start + timedelta(days=9)
        last = self.end - timedelta(milliseconds=1)
        return [self.start + timedelta(milliseconds=1), middle, middle + timedelta(days=9), last]


def last_months(count: int) -> list[Month]:
    """The last months in Tokyo that are over and settled, oldest first."""
    end = (datetime.now(TOKYO) - SETTLING).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    months: list[Month] = []
    for _ in range(count):
        start = (end - timedelta(days=1)).replace(day=1)
        months.insert(0, Month(start, end))
        end = start
    return months


@contextmanager
def log_group(operator: Operator, name: str, months: list[Month], *, created: datetime) -> Iterator[None]:
    """A log group with the lines of these months."""
    logs = operator.client("logs")
    logs.create_log_group(logGroupName=name)
    operator.aws.age_log_group(name, created=created)
    try:
        for stream in STREAMS:
            logs.create_log_stream(logGroupName=name, logStreamName=stream)
            for month in months:
                logs.put_log_events(logGroupName=name, logStreamName=stream, logEvents=_events(month, stream))
        yield
    finally:
        logs.delete_log_group(logGroupName=name)


def _events(month: Month, stream: str) -> list[dict[str, Any]]:
    return [
        {"timestamp": milliseconds(moment), "message": f"{stream} {n} of {month.id}"}
        for n, moment in enumerate(month.moments)
    ]


def milliseconds(moment: datetime) -> int:
    """As CloudWatch Logs counts."""
    return round(moment.astimezone(UTC).timestamp() * 1000)
