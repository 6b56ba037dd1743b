"""What emptying a large spool comes to, beside what StartExecution's quota allows."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Emptied:
    """One emptying of a large spool.

    `started` are the moments of its starts, in seconds and in order; `busy_seconds` is the processor's time
    that the function took.
    """

    messages: int
    seconds: float
    calls: int
    started: Sequence[float]
    throttled: int
    busy_seconds: float
    imported_bytes: int
    peak_bytes: int

    @property
    def messages_per_second(self) -> float:
        """From the first call of the function to its last answer, whatever it waits for."""
        return self.messages / self.seconds

    @property
    def calls_per_message(self) -> float:
        """API calls of any kind, those that were throttled too."""
        return self.calls / self.messages

    def share_of(self, refill: float) -> float:
        """How much it comes to of what a quota of so many starts per second allows."""
        return self.messages_per_second / refill

    def most_in(self, seconds: float) -> int:
        """The most starts in any so many seconds, wherever they begin."""
        return most_within(self.started, seconds=seconds)


def most_within(moments: Sequence[float], *, seconds: float) -> int:
    """The most of the moments, which are in order, that lie within so long a time."""
    most = first = 0
    for last, moment in enumerate(moments):
        while moment - moments[first] >= seconds:
            first += 1
        most = max(most, last - first + 1)
    return most
