"""What goes wrong while logs are exported, drawn beforehand: a plan goes wrong in the same way each time."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

import boto3
from botocore.exceptions import ClientError, ConnectionClosedError
from botocore.model import OperationModel
from hypothesis import strategies as st

from tests.wire import Crash

CRASH_BEFORE, CRASH_AFTER, LOST, THROTTLED, BROKEN = HOWS = (
    "crash before",
    "crash after",
    "answer lost",
    "throttled",
    "server error",
)
"""The function dies; or it sees a broken connection although the call had its effect; or it is refused."""

MOST_CALLS, MOST_STEPS, MOST_TASKS = 1_200, 900, 100
"""About twice as many as a run of 54 periods has undisturbed; after that nothing goes wrong any more."""

OUTCOMES = ("FAILED", "CANCELLED", "too large", "24 hours", "slow", "instant")


@dataclass(frozen=True)
class FaultPlan:
    """By number: AWS calls that break off and how, tasks and what becomes of them, steps of the state machine
    at which the execution is aborted, another one is started, or somebody else starts an export."""

    calls: dict[int, str]
    tasks: dict[int, str]
    aborts: frozenset[int]
    others: frozenset[int]
    foreign: frozenset[int]
    seed: int | None = None


def fault_plans() -> st.SearchStrategy[FaultPlan]:
    """From a plan with hardly a fault to one in which every fiftieth call breaks off."""
    return st.builds(_drawn, st.integers(0, 2**32), st.sampled_from((0.002, 0.008, 0.02)))


def _drawn(seed: int, often: float) -> FaultPlan:
    """hypothesis itself would draw small plans, most of them without any fault."""
    random = Random(seed)  # noqa: S311 - it guards nothing

    def steps() -> frozenset[int]:
        return frozenset(step for step in range(MOST_STEPS) if random.random() < often / 4)

    return FaultPlan(
        calls={call: random.choice(HOWS) for call in range(MOST_CALLS) if random.random() < often},
        tasks={task: random.choice(OUTCOMES) for task in range(MOST_TASKS) if random.random() < often * 4},
        aborts=steps(),
        others=steps(),
        foreign=steps(),
        seed=seed,
    )


def course_of(outcome: str | None) -> tuple[timedelta, str, str | None, float | None]:
    """How long a task takes, what becomes of it, what it says, and how much of its objects it writes."""
    match outcome:
        case "FAILED":
            return timedelta(minutes=2), "FAILED", "Internal error", 0.5
        case "CANCELLED":
            return timedelta(minutes=2), "CANCELLED", "Cancelled by request", 0.5
        case "too large":
            return timedelta(minutes=2), "FAILED", "The export is too large", 0.5
        case "24 hours":
            return timedelta(hours=24), "FAILED", "Timed out", 0.5
        case "slow":
            return timedelta(hours=20), "COMPLETED", None, None
        case "instant":
            return timedelta(0), "COMPLETED", None, None
    return timedelta(seconds=40), "COMPLETED", None, None


class BrokenCalls:
    """Breaks off the calls of boto3's default session as a plan says; `made` counts them."""

    def __init__(self) -> None:
        self.plan: dict[int, str] = {}
        self.made = self.made_undisturbed = 0
        self.happened: list[str] = []
        events = boto3._get_default_session().events
        events.register("before-parameter-build", self._before)
        events.register("after-call", self._after)

    def begin(self, plan: dict[int, str]) -> None:
        """From now on. `made_undisturbed` is how many calls there were before it, under no plan."""
        self.made_undisturbed = 0 if self.plan else self.made
        self.plan, self.made, self.happened = plan, 0, []

    def _before(self, model: OperationModel, context: dict[str, Any], **_: Any) -> None:
        how = context["fault"] = self.plan.get(self.made)
        self.made += 1
        if how is None:
            return
        self.happened.append(f"{how}: {model.name}")
        if how == CRASH_BEFORE:
            raise Crash(model.name)
        if how in (THROTTLED, BROKEN):
            raise refusal(model.name, how)

    def _after(self, model: OperationModel, context: dict[str, Any], **_: Any) -> None:
        if context.get("fault") == CRASH_AFTER:
            raise Crash(model.name)
        if context.get("fault") == LOST:
            raise ConnectionClosedError(endpoint_url="https://aws.invalid")


def refusal(operation: str, how: str) -> ClientError:
    """What AWS answers when it can not do a call now."""
    code, status = ("ThrottlingException", 400) if how == THROTTLED else ("InternalFailure", 500)
    parsed: Any = {
        "Error": {"Code": code, "Message": "by plan"},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(parsed, operation)
