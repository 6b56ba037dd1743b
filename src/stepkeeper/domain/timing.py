"""When something starts: by the calendar, at a rate, or once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Protocol

from stepkeeper.domain.cron import Cron


class Timing(Protocol):
    """The starts from `first` through `last`, both in UTC, found as they are asked for."""

    def starts(
        self, first: datetime, last: datetime, *, latest_first: bool = False
    ) -> Iterator[datetime]: ...


@dataclass(frozen=True)
class ByCalendar:
    """Whenever the clock of a time zone shows what the expression names."""

    cron: Cron
    time_zone: tzinfo

    def starts(self, first: datetime, last: datetime, *, latest_first: bool = False) -> Iterator[datetime]:
        """Without those that a clock change skips; what the clock shows twice starts once."""
        earliest, latest = first.astimezone(self.time_zone), last.astimezone(self.time_zone)
        # In a repeated hour, all of that hour has been shown before.
        latest += last - latest.replace(fold=0)
        for reading in self.cron.readings(earliest, latest, latest_first=latest_first):
            start = moment_of(reading)
            if start and first <= start <= last:
                yield start


@dataclass(frozen=True)
class AtRate:
    """At `anchor`, in UTC, and again after each `every`."""

    every: timedelta
    anchor: datetime

    def starts(self, first: datetime, last: datetime, *, latest_first: bool = False) -> Iterator[datetime]:
        """A day is 24 hours, also when the clock is changed."""
        begin = max(0, -((self.anchor - first) // self.every))
        counts = range(begin, (last - self.anchor) // self.every + 1)
        for count in reversed(counts) if latest_first else counts:
            yield self.anchor + count * self.every


@dataclass(frozen=True)
class Once:
    """At `start`, in UTC; never where that is None."""

    start: datetime | None

    def starts(self, first: datetime, last: datetime, *, latest_first: bool = False) -> Iterator[datetime]:  # noqa: ARG002
        """None or one."""
        if self.start and first <= self.start <= last:
            yield self.start


def moment_of(reading: datetime) -> datetime | None:
    """When the clock of its time zone first shows `reading`, in UTC; None where a change skips it.

    EventBridge Scheduler skips what does not exist and does not repeat what comes twice ("Daylight
    savings time" in its User Guide). That it starts at the first of the two is our reading.
    """
    moment = reading.replace(fold=0).astimezone(UTC)
    return moment if moment.astimezone(reading.tzinfo) == reading else None
