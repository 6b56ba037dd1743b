"""Spaces starts, so that no second sees more of them than it may."""

from collections import deque
from datetime import datetime, timedelta
from typing import NamedTuple

HASTE = 1.25
"""So much faster than its rate it goes where time was lost, until the last second is full again."""

SECOND = timedelta(seconds=1)

REDRIVES_PER_SECOND = 8
"""Each asks for its execution first: DescribeExecution refills 10 a second in most Regions."""


class Pace:
    """Gives one start after another its moment; to be asked right before each, by one at a time."""

    def __init__(self, *, per_second: int) -> None:
        self._gap = SECOND / (per_second * HASTE)
        self._last_second: deque[datetime] = deque(maxlen=per_second)

    def next_moment(self, now: datetime) -> datetime:
        """When the next start may be: now, or as soon as the ones before leave room."""
        earlier, moment = self._last_second, now
        if earlier:
            moment = max(moment, earlier[-1] + self._gap)
        if len(earlier) == earlier.maxlen:
            moment = max(moment, earlier[0] + SECOND)
        earlier.append(moment)
        return moment


class Paces(NamedTuple):
    """How fast runs are begun, by how they are."""

    starts: Pace
    redrives: Pace

    @classmethod
    def of(cls, rate: int) -> "Paces":
        """At most `rate` starts a second, and fewer redrives."""
        return cls(Pace(per_second=rate), Pace(per_second=min(rate, REDRIVES_PER_SECOND)))
