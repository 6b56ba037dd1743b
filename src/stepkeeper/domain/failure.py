"""A failure of a lineage, and what is remembered of it in the state table."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

NAMES_ARE_TAKEN_FOR = timedelta(days=89)
"""Step Functions gives a name a second time 90 days after its execution has closed (API reference)."""

Answer = Literal["restart", "redrive", "drop"]


class FailureKey(NamedTuple):
    """Which failure: `attempt` 1 is the first of its lineage."""

    lineage: str
    attempt: int

    def __str__(self) -> str:
        return f"{self.lineage}.{self.attempt}"

    @property
    def next(self) -> "FailureKey":
        """The failure that there is if the answer to this one fails too."""
        return FailureKey(self.lineage, self.attempt + 1)


def parse_failure_key(text: str) -> FailureKey:
    """What `str` of a key came from."""
    lineage, _, attempt = text.partition(".")
    return FailureKey(lineage, int(attempt))


@dataclass(frozen=True)
class Edit:
    """The input that a person gave a failed run in the place of its own."""

    input: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class FailureRecord:
    """What is known of one failure. All but the key may be unknown: a message can come from anywhere.

    `answer` is what was decided, once for all: it is written before it is done. `answered_as` is the
    ARN of the execution that is the answer, and `claimed_at` when a call last set about it. `resumable`
    says whether a redrive would go on with the work (a Fail state only fails again), where that is known.
    """

    key: FailureKey
    state_machine_arn: str | None = None
    execution_arn: str | None = None
    error: str | None = None
    failed_at: datetime | None = None
    started_at: datetime | None = None
    resumable: bool | None = None
    spooled_at: datetime | None = None
    message_id: str | None = None
    quarantined_at: datetime | None = None
    quarantine_reason: str | None = None
    answer: Answer | None = None
    answered_at: datetime | None = None
    answered_as: str | None = None
    answer_reason: str | None = None
    redrive_refused: str | None = None
    edit: Edit | None = None
    claimed_at: datetime | None = None

    def is_of_namesake(self, started_at: datetime | None) -> bool:
        """Whether it is about an earlier execution of the same name than that which began at `started_at`."""
        return bool(started_at and self.failed_at and self.failed_at < started_at - NAMES_ARE_TAKEN_FOR)
