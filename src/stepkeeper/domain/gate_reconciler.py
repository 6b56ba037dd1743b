"""Decides in which order pipelines are compared with their gates, and which changes are told late."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from stepkeeper.domain.hold import Hold
from stepkeeper.domain.pipeline import Pipeline

MOST_CALLS = 60
"""ListExecutions calls of one reconciliation. Most Regions take 100 at once, and refill 2 a second."""

MOST_PAGES = 10
"""A pipeline with more than ten thousand runs since its last start leaves as many for the others."""

HOLDING_FIRST = MOST_CALLS * 5 // 6
"""So many of those that hold gates come first; some calls are left for the others."""

EVERY = timedelta(minutes=15)

TOLD_LATE_AFTER = timedelta(minutes=5)
"""Whoever changed a gate and has not told of it since has broken off."""


def in_turn(upstreams: Sequence[Pipeline], owners: Collection[str], *, now: datetime) -> list[Pipeline]:
    """Those that hold gates closed come first; of the others, each time others, so that each has its turn."""
    holding = [each for each in upstreams if each.name in owners]
    others = [each for each in upstreams if each.name not in owners]
    if not others:
        return holding
    turn = int(now.timestamp() // EVERY.total_seconds())
    lap = turn // -(-len(others) // MOST_CALLS)  # each begins one further, whatever the number of pipelines
    first = (turn * MOST_CALLS + lap) % len(others)
    others = [*others[first:], *others[:first]]
    return [*holding[:HOLDING_FIRST], *others, *holding[HOLDING_FIRST:]]


def is_untold(hold: Hold, *, now: datetime) -> bool:
    """Whether people were to be told of the hold, or that it is over, and were not."""
    changed_at = hold.opened_at or hold.closed_since
    return hold.untold and changed_at is not None and now - changed_at > TOLD_LATE_AFTER
