"""What the lives of gates draw, and what comes between a call and its end."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TypeVar

from botocore.exceptions import BotoCoreError, ClientError
from hypothesis import strategies as st

from stepkeeper.errors import StepkeeperError
from tests.promises.disturbances import if_reached
from tests.promises_of_gates.stage import Stage
from tests.wire import BREAKS, Crash

T = TypeVar("T")

MAPS = 120
NUMBERS = st.integers(0, 11)
FAILS = st.sampled_from(["FAILED", "FAILED", "TIMED_OUT", "ABORTED"])
FATES = st.sampled_from(["S", "S", "S", "SSF", "F", ".S", ".", "S-", "SA", "T.", "sS"])
"""What becomes of the runs that begin, one after another: . goes on, and of - and s nobody tells."""
STATUSES = {
    "S": "SUCCEEDED",
    "s": "SUCCEEDED",
    "F": "FAILED",
    "T": "TIMED_OUT",
    "A": "ABORTED",
    "-": "FAILED",
}
PAUSES = st.sampled_from([timedelta(minutes=minutes) for minutes in (1, 3, 31, 58, 62, 118, 300)])
TOLD = st.sampled_from([3, 2, 2, 2, 1, 0])
LATE = st.sampled_from([timedelta(seconds=seconds) for seconds in (0, 0, 20, 50)])
THROTTLED = (
    "DescribeRule", "GetSchedule", "DisableRule", "EnableRule", "UpdateSchedule", "UpdateItem", "GetItem",
    "BatchGetItem", "ListExecutions", "StartExecution", "Invoke", "TransactWriteItems", "DeleteItem",
    "PutItem",
)  # fmt: skip
Disturbance = tuple[str, int]
NOTHING: Disturbance = ("none", 0)


def disturbances() -> st.SearchStrategy[Disturbance]:
    """Every second call is left in peace. A number too high for the call leaves it in peace, too."""
    kinds = ("none", "none", "none", "none", *BREAKS, "throttled")
    return st.tuples(st.sampled_from(kinds), st.integers(0, 39))


def pick(among: Sequence[T], number: int) -> list[T]:
    """One of what there is, if there is any."""
    return [among[number % len(among)]] if among else []


def go(stage: Stage, call: Callable[[], object], disturbance: Disturbance) -> bool:
    """Whether it came to its end. Undisturbed, nothing may go wrong."""
    kind, at = disturbance
    faults = stage.world.faults
    if kind == "throttled":
        faults.refuse(THROTTLED[at % len(THROTTLED)], times=1 + at % 3)
    try:
        if kind in BREAKS:
            with if_reached(stage.simulation.wire.breaking(at, kind)):  # type: ignore[arg-type]
                call()
        else:
            call()
    except (Crash, ClientError, BotoCoreError, StepkeeperError):
        if kind == "none":
            raise
        return False
    finally:
        faults.clear()
    return True
