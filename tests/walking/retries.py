"""Which errors a Retry or a Catch means, and how long a retrier waits."""

from collections.abc import Callable
from typing import Any

Jitter = Callable[[float], float]
"""From the longest delay to the one that is taken."""

HARD = ("States.DataLimitExceeded", "States.Runtime")
"""Which only their own names mean."""


def means(names: list[str], error: str) -> bool:
    """Whether ErrorEquals has the error."""
    if error in names:
        return True
    if error in HARD:
        return False
    return "States.ALL" in names or ("States.TaskFailed" in names and error != "States.Timeout")


class Retriers:
    """The retriers of one visit to a Task; each counts its own attempts."""

    def __init__(self, state: dict[str, Any], jitter: Jitter) -> None:
        self._retriers = state.get("Retry", [])
        self._jitter = jitter
        self._used = [0] * len(self._retriers)

    def delay(self, error: str) -> float | None:
        """The seconds to wait before the next attempt; None: there is none."""
        for place, retrier in enumerate(self._retriers):
            if means(retrier["ErrorEquals"], error):
                used = self._used[place]
                if used >= retrier.get("MaxAttempts", 3):
                    return None
                self._used[place] += 1
                longest = retrier.get("IntervalSeconds", 1) * retrier.get("BackoffRate", 2.0) ** used
                longest = min(longest, retrier.get("MaxDelaySeconds", longest))
                return self._jitter(longest) if retrier.get("JitterStrategy") == "FULL" else longest
        return None
