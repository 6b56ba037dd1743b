"""What became of a message from the spool, and whether the reprocessor should go on after it."""

from dataclasses import dataclass
from typing import Literal

StopReason = Literal[
    "the spool is empty", "max was reached", "throttled", "runs are failing again", "out of time"
]


@dataclass(frozen=True)
class Outcome:
    """What became of one message. `never` is still to be quarantined; `broken` is nobody's fault but ours."""

    kind: Literal["started", "duplicate", "quarantined", "later", "failing", "never", "broken"]
    reason: str

    @property
    def settled(self) -> bool:
        """Whether the message may be deleted."""
        return self.kind in ("started", "duplicate", "quarantined")


REFUSALS: dict[str, Literal["duplicate", "later", "never"]] = {
    # The name is ours alone, so a run of that name is the run of this message.
    "ExecutionAlreadyExists": "duplicate",
    "ThrottlingException": "later",
    "ExecutionLimitExceeded": "later",
    "InvalidArn": "never",
    "InvalidExecutionInput": "never",
    "InvalidName": "never",
    "StateMachineDoesNotExist": "never",
    "StateMachineDeleting": "never",
    # Such as the ARN of a Map state inside a machine.
    "ValidationException": "never",
}
"""What StartExecution's errors mean for a message. Any other error is not the message's own: it stays."""

STOP_BEFORE_MS = 210_000
"""Kept back before the timeout: one more batch takes less than this, even with all attempts of each call."""


def outcome_of_refusal(error_code: str, message: str) -> Outcome:
    """What StartExecution's error means for the message that was to be run."""
    return Outcome(REFUSALS.get(error_code, "broken"), message)


def why_stop(outcomes: list[Outcome], *, tried: int, at_most: int, remaining_ms: int) -> StopReason | None:
    """Why no further batch should be received after this one, or None to go on."""
    if not outcomes:
        return "the spool is empty"
    if any(outcome.kind == "later" for outcome in outcomes):
        return "throttled"
    if any(outcome.kind == "failing" for outcome in outcomes):
        return "runs are failing again"
    if tried >= at_most:
        return "max was reached"
    if remaining_ms < STOP_BEFORE_MS:
        return "out of time"
    return None
