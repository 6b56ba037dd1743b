"""An incident: a pipeline missed a deadline, people were told, and no run has succeeded since."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from stepkeeper.domain.execution_watchdog import Verdict

TOLD_FOR = timedelta(days=8)
"""How long it is remembered which starts people were told of: longer than a tick ever looks back."""


@dataclass(frozen=True)
class Incident:
    """`start` is the first start whose deadline was missed, and `last_start` the last one of `missed`."""

    pipeline: str
    start: datetime
    due: datetime
    verdict: Verdict
    told_at: datetime
    last_start: datetime
    missed: int = 1
    reminded_at: datetime | None = None
    run_arn: str | None = None

    def with_missed(self, start: datetime) -> "Incident":
        """The incident after one more start was missed; the same one changes nothing."""
        if start <= self.last_start:
            return self
        return replace(self, last_start=start, missed=self.missed + 1)


@dataclass(frozen=True)
class Told:
    """The starts, the first and the last, that the latest incident that is over was about."""

    first: datetime
    last: datetime


def is_reminder_due(incident: Incident, every: timedelta, *, now: datetime) -> bool:
    """Whether people are to be reminded now that an incident is still open."""
    return now - (incident.reminded_at or incident.told_at) >= every


def reminded(incident: Incident, every: timedelta, *, now: datetime) -> Incident:
    """The incident after a reminder. Those that a pause of the ticks has swallowed are not made up for."""
    last = incident.reminded_at or incident.told_at
    return replace(incident, reminded_at=last + (now - last) // every * every)
