"""The states that a rule or a schedule has had, so that a test can tell at which moments it was open."""

from dataclasses import dataclass, field
from datetime import datetime

from tests.simulated.clock import Clock


@dataclass(eq=False)
class States:
    """`past` has each state with the moment since when; the last one is the present one."""

    clock: Clock
    past: list[tuple[datetime, str]] = field(default_factory=list)

    @property
    def now(self) -> str:
        return self.past[-1][1]

    def at(self, moment: datetime) -> str | None:
        """None where there was nothing to have a state yet."""
        return next((state for since, state in reversed(self.past) if since <= moment), None)

    def set(self, state: str) -> None:
        self.past.append((self.clock.stamp, state))
