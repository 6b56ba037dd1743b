"""The ledger of log exports: what became of each period of each log group, and of each try at it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

PartState = Literal["planned", "submitted", "completed", "empty", "failed"]
State = PartState | Literal["lost"]

ENDED = ("completed", "empty")


@dataclass(frozen=True)
class Attempt:
    """A try at a part. It is written down before its task is started, for the answer may be lost."""

    name: str
    prefix: str
    began_at: datetime
    task_id: str | None = None


@dataclass(frozen=True)
class Part:
    """From `from_ms` up to and without `to_ms`. A period is one part, until that turns out too large.

    `tries` counts all tries, `tries_now` those of the run that is at it; `abandoned` are the prefixes of the
    tries that failed, in which CloudWatch Logs may have left something.
    """

    from_ms: int
    to_ms: int
    state: PartState = "planned"
    tries: int = 0
    tries_now: int = 0
    attempt: Attempt | None = None
    objects: int = 0
    bytes: int = 0
    reason: str | None = None
    abandoned: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    """What the ledger has of one period of one log group.

    `edition` is 1, and one more each time the period is exported again on request. `run` is the run of
    export_logs that was last at it, which has given it up where `given_up`; `refused` where not even a task
    could be started. What is older than `expired_before_ms` may have expired before it was exported. `lost`
    says why it can never be exported, `accepted` why people need not care; `told` is the state in which they
    were told of it as a gap.
    """

    log_group: str
    period: str
    edition: int
    export: str
    folder: str
    storage: str
    parts: tuple[Part, ...]
    planned_at: datetime
    version: int = 1
    expired_before_ms: int | None = None
    run: str | None = None
    given_up: bool = False
    refused: bool = False
    manifest: str | None = None
    lost: str | None = None
    accepted: str | None = None
    told: State | None = None

    @property
    def state(self) -> State:
        """Of the whole period."""
        states = {part.state for part in self.parts}
        if self.lost:
            return "lost"
        if self.manifest:
            return "empty" if states == {"empty"} else "completed"
        if self.given_up:
            return "failed"
        return "submitted" if "submitted" in states or any(part.attempt for part in self.parts) else "planned"

    @property
    def from_ms(self) -> int:
        """Where it begins."""
        return min(part.from_ms for part in self.parts)

    @property
    def to_ms(self) -> int:
        """Where it ends; that moment is no more in it."""
        return max(part.to_ms for part in self.parts)

    @property
    def objects(self) -> int:
        """What was counted in the bucket."""
        return sum(part.objects for part in self.parts)

    @property
    def bytes(self) -> int:
        """What was counted in the bucket."""
        return sum(part.bytes for part in self.parts)

    @property
    def tries(self) -> int:
        """How many tasks were started."""
        return sum(part.tries for part in self.parts)

    @property
    def reason(self) -> str | None:
        """Why it failed or is lost."""
        return self.lost or next((part.reason for part in self.parts if part.reason), None)
