"""Months and weeks of logs to export."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from local.deployed import Operator
from tests.e2e.support.order import TOKYO

LOG_GROUP = "/orders/nightly"
"""The stack is deployed with local/exports.toml, which exports it by months as they are in Tokyo."""

SETTLING = timedelta(hours=12)
STREAMS = ("worker", "clerk")


@dataclass(frozen=True)
class Month:
    """A calendar month, from midnight to midnight where it is."""

    start: datetime
    end: datetime

    @property
    def id(self) -> str:
        return f"{self.start:%Y-%m}"

    @property
    def lines(self) -> list[str]:
        """Those of the log group that most tests export."""
        return self.lines_of(LOG_GROUP)

    def lines_of(self, log_group: str) -> list[str]:
        """A line of its first millisecond, of its last, and some in between, of each stream."""
        return [self.line(log_group, stream, n) for stream in STREAMS for n in range(len(self.moments))]

    def line(self, log_group: str, stream: str, number: int) -> str:
        return f"{log_group} {stream} {number} of {self.id}"

    @property
    def moments(self) -> list[datetime]:
        third = (self.end - self.start) / 3
        last = self.end - timedelta(milliseconds=1)
        return [self.start, self.start + third, self.start + third * 2, last]


class Week(Month):
    """From Monday to Sunday."""

    @property
    def id(self) -> str:
        return f"{self.start:%G-W%V}"


def last_months(count: int, zone: tzinfo = TOKYO) -> list[Month]:
    """The last months that are over and settled, oldest first."""
    end = _settled_midnight(zone).replace(day=1)
    months: list[Month] = []
    for _ in range(count):
        start = (end - timedelta(days=1)).replace(day=1)
        months.insert(0, Month(start, end))
        end = start
    return months


def last_weeks(count: int) -> list[Week]:
    """The last weeks in UTC that are over and settled, oldest first."""
    midnight = _settled_midnight(UTC)
    monday = midnight - timedelta(days=midnight.weekday())
    return [Week(monday - timedelta(weeks=n), monday - timedelta(weeks=n - 1)) for n in range(count, 0, -1)]


@contextmanager
def log_group(
    operator: Operator,
    name: str,
    months: list[Month],
    *,
    created: datetime,
    tags: dict[str, str] | None = None,
) -> Iterator[None]:
    """A log group with the lines of these months."""
    logs = operator.client("logs")
    logs.create_log_group(logGroupName=name, tags=tags or {})
    operator.aws.age_log_group(name, created=created)
    try:
        for stream in STREAMS:
            logs.create_log_stream(logGroupName=name, logStreamName=stream)
            for month in months:
                events = _events(month, name, stream)
                logs.put_log_events(logGroupName=name, logStreamName=stream, logEvents=events)
        yield
    finally:
        with suppress(logs.exceptions.ResourceNotFoundException):
            logs.delete_log_group(logGroupName=name)


def retention_of(operator: Operator, name: str) -> int | None:
    """The days that a log group keeps its events; None: it keeps them for ever."""
    [group] = operator.client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    days: int | None = group.get("retentionInDays")
    return days


def milliseconds(moment: datetime) -> int:
    """As CloudWatch Logs counts."""
    return round(moment.astimezone(UTC).timestamp() * 1000)


def _settled_midnight(zone: tzinfo) -> datetime:
    return (datetime.now(zone) - SETTLING).replace(hour=0, minute=0, second=0, microsecond=0)


def _events(month: Month, log_group: str, stream: str) -> list[dict[str, Any]]:
    return [
        {"timestamp": milliseconds(moment), "message": month.line(log_group, stream, n)}
        for n, moment in enumerate(month.moments)
    ]
