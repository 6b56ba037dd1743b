"""What a call of the reprocessor was asked to do."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from stepkeeper.domain.plan import Plan, Source
from stepkeeper.spool.places import Places

SMALL = 100
"""A call for as many runs or more sees some of them fail before its end."""


@dataclass(frozen=True)
class Orders:
    """`at_most` runs, `rate` of them a second at most. `remaining_ms`: until Lambda ends the call."""

    places: Places
    at_most: int
    rate: int
    max_attempts: int
    default_state_machine_arn: str | None
    plan: Plan | None
    began: datetime
    remaining_ms: Callable[[], int]

    @property
    def is_small(self) -> bool:
        """Whether the call is over before its runs tell how they go, so that the next one has to look."""
        return self.at_most < SMALL

    @property
    def source(self) -> Source:
        """Where the messages are taken from."""
        return self.plan.source if self.plan else "spool"

    @property
    def queue_url(self) -> str:
        """The queue that this is."""
        return self.places.queue_url(self.source)
