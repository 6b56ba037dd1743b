"""CloudWatch Logs: what its API does with log groups, and what tests do with them."""

from bisect import bisect_left, bisect_right, insort
from datetime import datetime
from typing import Any

from local.export_rules import MOST_PER_PAGE, RETENTION_DAYS
from tests.simulated.clock import Clock
from tests.simulated.log_groups import Event, LogGroup
from tests.simulated.refusal import Refusal, only


class LogGroups:
    """`groups` has all log groups by name."""

    def __init__(self, clock: Clock) -> None:
        self.groups: dict[str, LogGroup] = {}
        self._clock = clock
        self._names: list[str] = []

    def add_group(
        self,
        name: str,
        created: datetime | None = None,
        retention_days: int | None = None,
        stored_bytes: int | None = None,
        tags: dict[str, str] | None = None,
    ) -> LogGroup:
        """A log group that was made now, or at another moment. Its bytes are counted unless given."""
        assert name not in self.groups, f"there is a log group {name} already"
        made = LogGroup(name, created or self._clock.stamp, retention_days, stored_bytes, tags or {})
        self.groups[name] = made
        insort(self._names, name)
        return made

    def delete_group(self, name: str) -> None:
        del self.groups[name]
        self._names.remove(name)

    def put(self, name: str, stream: str, events: list[Event]) -> None:
        """Events, which came in when they happened."""
        self.groups[name].put(stream, events)

    def count_incoming(self, name: str, at: datetime, number: int) -> None:
        """Bytes that came in, although nobody can read them: a large group without its events."""
        self.groups[name].count(round(at.timestamp() * 1000), number)

    def find(self, name: str) -> LogGroup | None:
        return self.groups.get(name)

    def describe_log_groups(self, sent: dict[str, Any]) -> dict[str, Any]:
        only(sent, "logGroupNamePrefix", "limit", "nextToken")
        prefix, limit = sent.get("logGroupNamePrefix", ""), sent.get("limit", MOST_PER_PAGE)
        if not 1 <= limit <= MOST_PER_PAGE:
            raise Refusal("InvalidParameterException", f"limit must be from 1 to {MOST_PER_PAGE}")
        first = bisect_left(self._names, prefix)
        if token := sent.get("nextToken"):
            its, _, last = token.partition("|")
            if its != prefix:
                raise Refusal("InvalidParameterException", "The specified nextToken is invalid.")
            first = bisect_right(self._names, last)
        found = [name for name in self._names[first : first + limit + 1] if name.startswith(prefix)]
        answer = {"logGroups": [self.groups[name].described() for name in found[:limit]]}
        return answer | ({"nextToken": f"{prefix}|{found[limit - 1]}"} if len(found) > limit else {})

    def put_retention_policy(self, sent: dict[str, Any]) -> dict[str, Any]:
        only(sent, "logGroupName", "retentionInDays")
        group = self._known(sent["logGroupName"])
        if sent["retentionInDays"] not in RETENTION_DAYS:
            raise Refusal("InvalidParameterException", f"retentionInDays must be one of {RETENTION_DAYS}")
        group.expire(self._clock.stamp)
        group.retention_days = sent["retentionInDays"]
        return {}

    def delete_retention_policy(self, sent: dict[str, Any]) -> dict[str, Any]:
        only(sent, "logGroupName")
        group = self._known(sent["logGroupName"])
        group.expire(self._clock.stamp)
        group.retention_days = None
        return {}

    def _known(self, name: str) -> LogGroup:
        if name not in self.groups:
            raise Refusal("ResourceNotFoundException", "The specified log group does not exist.")
        return self.groups[name]
