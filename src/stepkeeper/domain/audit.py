"""What an audit of the ledger found: the state of each period of each log group, and the gaps."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from stepkeeper.domain.ledger import State
from stepkeeper.domain.period import Unit

AuditedState = State | Literal["accepted"]


@dataclass(frozen=True)
class AuditedGroup:
    """A log group, the table of exports.toml that it belongs to, and its periods' states by their ids."""

    log_group: str
    export: str
    unit: Unit
    periods: Mapping[str, AuditedState]
    objects: int
    bytes: int


@dataclass(frozen=True)
class Gap:
    """A period that should be in the bucket and is not, and that nobody has accepted."""

    log_group: str
    period: str
    state: AuditedState
    reason: str | None


@dataclass(frozen=True)
class Audit:
    """Everything that was found at one moment."""

    audited_at: datetime
    groups: tuple[AuditedGroup, ...]
    gaps: tuple[Gap, ...]

    @property
    def counts(self) -> dict[AuditedState, int]:
        """How many periods are in each state."""
        return dict(Counter(state for group in self.groups for state in group.periods.values()))
