"""What became of a message from the spool, and whether the reprocessor should go on after it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

StopReason = Literal[
    "the spool is empty",
    "max was reached",
    "max_running was reached",
    "throttled",
    "runs are failing again",
    "the plan is done",
    "some of the plan was left",
    "out of time",
]

Kind = Literal[
    "started", "redriven", "duplicate", "dropped", "quarantined",
    "throttled", "late", "failing", "fresh", "full", "surplus", "left", "never", "broken",
]  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """What became of one message. `never` is still to be quarantined; `broken` is nobody's fault but ours."""

    kind: Kind
    reason: str

    @property
    def settled(self) -> bool:
        """Whether the message may be deleted."""
        return self.kind in ("started", "redriven", "duplicate", "dropped", "quarantined")


REFUSALS: dict[str, Kind] = {
    # The name is ours alone, so a run of that name is the run of this message.
    "ExecutionAlreadyExists": "duplicate",
    "ThrottlingException": "throttled",
    "ExecutionLimitExceeded": "throttled",
    "InvalidArn": "never",
    "InvalidExecutionInput": "never",
    "InvalidName": "never",
    "StateMachineDoesNotExist": "never",
    "StateMachineDeleting": "never",
    # Such as the ARN of a Map state inside a machine.
    "ValidationException": "never",
}
"""What Step Functions' errors mean for a message. Any other error is not the message's own: it stays."""

STOP_BEFORE_MS = 210_000
"""Kept back before the timeout: what was begun takes less than this, even with all attempts of each call."""

NO_START_BEFORE_MS = 150_000
"""So late nothing more is started of what was received already."""

BEGUN: tuple[Kind, ...] = ("started", "redriven", "broken")
"""What counts towards the most that a call may run."""

HELD_AT_MOST = 500
"""How many messages a call without a plan holds that it can do nothing with, until it stops looking."""


def outcome_of_refusal(error_code: str, message: str) -> Outcome:
    """What StartExecution's error means for the message that was to be run."""
    return Outcome(REFUSALS.get(error_code, "broken"), message)


def why_stop(
    tally: Mapping[Kind, int],
    *,
    received: int,
    at_most: int,
    plan_left: int | None,
    remaining_ms: int,
) -> StopReason | None:
    """Why no further messages should be received, or None to go on.

    `plan_left` is how many failures of the plan have not been met yet; None where there is no plan.
    """
    failing, full = tally.get("failing", 0), tally.get("full", 0)
    if tally.get("throttled", 0):
        return "throttled"
    if sum(tally.get(kind, 0) for kind in BEGUN) >= at_most:
        return "max was reached"
    if tally.get("late", 0) or remaining_ms < STOP_BEFORE_MS:
        return "out of time"
    if received and plan_left != 0 and (plan_left is not None or failing + full < HELD_AT_MOST):
        return None
    if failing:
        return "runs are failing again"
    if full:
        return "max_running was reached"
    if plan_left == 0:
        return "some of the plan was left" if tally.get("left", 0) else "the plan is done"
    return "the spool is empty"
