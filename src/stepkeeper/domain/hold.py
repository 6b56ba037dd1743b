"""Stepkeeper's own record that it holds a gate closed, and for whom."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from stepkeeper.domain.gate import GateState

ANYBODY = "*"
"""Who opened a gate past Stepkeeper: no pipeline and no owner can have this name."""


@dataclass(frozen=True)
class Hold:
    """A gate that is held closed.

    No owners means that the last one has let go and the gate is about to be opened. Without `closed_at`
    the gate is about to be closed, or was when the closing of `closing_at` broke off; with `opened_at` the
    hold is over, and people are still to be told.
    `held_since` has, for owners that are pipelines, since when they are in trouble.
    """

    owners: frozenset[str]
    state_before: GateState
    reason: str = field(default="", compare=False)
    closing_at: datetime | None = field(default=None, compare=False)
    closed_at: datetime | None = None
    opened_at: datetime | None = None
    untold: bool = False
    held_since: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def closed_since(self) -> datetime | None:
        """From when on the gate has to be taken for closed: who closed it may have broken off."""
        return self.closed_at or self.closing_at
