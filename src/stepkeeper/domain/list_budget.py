"""How many lists of executions the watchdog may ask for, and when the next one."""

from dataclasses import dataclass
from datetime import datetime, timedelta

MOST_AT_ONCE = 60.0
"""Most Regions take 100 ListExecutions of an account at once (Step Functions quotas); others list too."""

PER_SECOND = 1.5
"""Most Regions refill 2 a second."""


@dataclass(frozen=True)
class ListBudget:
    """`left` calls might be made at `at`, and it becomes more with time. It is kept from tick to tick."""

    left: float
    at: datetime

    def as_of(self, now: datetime) -> "ListBudget":
        """The budget at a later moment."""
        seconds = max(0.0, (now - self.at).total_seconds())
        return ListBudget(min(MOST_AT_ONCE, self.left + seconds * PER_SECOND), max(now, self.at))

    def to_wait(self, now: datetime) -> timedelta:
        """How long it is until a call may be made."""
        left = self.as_of(now).left
        return timedelta(seconds=max(0.0, (1.0 - left) / PER_SECOND))

    def spent(self, now: datetime) -> "ListBudget":
        """The budget after one call more."""
        then = self.as_of(now)
        return ListBudget(then.left - 1.0, then.at)

    def exhausted(self, now: datetime) -> "ListBudget":
        """The budget after a call was throttled: others use the same quota."""
        return ListBudget(0.0, max(now, self.at))


def full_budget(now: datetime) -> ListBudget:
    """Before the first call."""
    return ListBudget(MOST_AT_ONCE, now)
