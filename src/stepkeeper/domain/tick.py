"""How far the watchdog has come: until when it has judged, and which pipelines are behind."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from stepkeeper.domain.list_budget import ListBudget

LEASE_OUTLASTS = timedelta(seconds=5)
"""So much longer than its function can go on is a tick alone: the clocks of two environments may differ."""


@dataclass(frozen=True)
class Progress:
    """All deadlines that came due until `until` are judged, but of those pipelines that are `behind`.

    Of these, only what was due until the moment beside their name is. `until` is None before the first tick.
    `lists` is what is left of the quota for lists of executions.
    """

    until: datetime | None
    lists: ListBudget
    behind: Mapping[str, datetime] = field(default_factory=dict)

    def judged_until(self, name: str) -> datetime | None:
        """Until when the deadlines of a pipeline are judged."""
        return self.behind.get(name, self.until)
