"""Log groups of CloudWatch Logs: what is in them, and how long they keep it."""

from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.template import ACCOUNT, REGION

EVENT_BYTES = 26
"""What each event counts beside its message (CloudWatch Logs User Guide, PutLogEvents)."""
DAY_MS = 24 * 3600 * 1000

Event = dict[str, Any]
"""{"timestamp": milliseconds since the epoch, "message": text}"""


@dataclass(eq=False)
class LogGroup:
    """`incoming` has what CloudWatch counted, in bytes by the minute; that stays when the events are gone."""

    name: str
    created_at: datetime
    retention_days: int | None = None
    stored_bytes: int | None = None
    tags: dict[str, str] = field(default_factory=dict)
    streams: dict[str, list[Event]] = field(default_factory=dict)
    incoming: dict[int, int] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        return f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{self.name}"

    @property
    def created_ms(self) -> int:
        return round(self.created_at.timestamp() * 1000)

    def put(self, stream: str, events: list[Event]) -> None:
        kept = self.streams.setdefault(stream, [])
        kept.extend(events)
        kept.sort(key=_timestamp)
        for event in events:
            self.count(event["timestamp"], len(event["message"].encode()) + EVENT_BYTES)

    def count(self, at_ms: int, number: int) -> None:
        """Lets so many bytes come in."""
        minute = at_ms // 60_000 * 60_000
        self.incoming[minute] = self.incoming.get(minute, 0) + number

    def expire(self, now: datetime) -> None:
        """What is older than the group keeps it is gone, and comes back by no other policy."""
        if self.retention_days is None:
            return
        first = round((now - timedelta(days=self.retention_days)).timestamp() * 1000)
        for events in self.streams.values():
            del events[: bisect_left(events, first, key=_timestamp)]

    def described(self) -> dict[str, Any]:
        """An item of DescribeLogGroups."""
        held = sum(
            len(event["message"].encode()) + EVENT_BYTES for its in self.streams.values() for event in its
        )
        kept = {} if self.retention_days is None else {"retentionInDays": self.retention_days}
        return {
            "logGroupName": self.name,
            "creationTime": self.created_ms,
            "metricFilterCount": 0,
            "arn": f"{self.arn}:*",
            "logGroupArn": self.arn,
            "storedBytes": held if self.stored_bytes is None else self.stored_bytes,
            "logGroupClass": "STANDARD",
            **kept,
        }


def _timestamp(event: Event) -> int:
    return int(event["timestamp"])
