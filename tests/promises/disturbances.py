"""What comes between a call and its end: a crash at any AWS call, a lost answer, throttling, half a batch."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError
from hypothesis import strategies as st

from stepkeeper.errors import StepkeeperError
from tests.promises.stage import Stage
from tests.wire import BREAKS, Crash

THROTTLED = (
    "BatchGetItem", "DeleteMessageBatch", "DescribeExecution", "GetExecutionHistory", "GetItem",
    "GetQueueAttributes", "ListExecutions", "Publish", "ReceiveMessage", "RedriveExecution", "SendMessage",
    "StartExecution", "TransactWriteItems", "UpdateItem",
)  # fmt: skip
HALF_DONE = ("BatchGetItem", "ChangeMessageVisibilityBatch", "DeleteMessageBatch")


class Disturbance(NamedTuple):
    """`kind` is none, one of BREAKS at call `at`, or throttled or half done, where `at` says what."""

    kind: str
    at: int


NOTHING = Disturbance("none", 0)


def disturbances() -> st.SearchStrategy[Disturbance]:
    """Every second call is left in peace. A number too high for the call leaves it in peace, too."""
    kinds = ("none", "none", "none", "none", "none", *BREAKS, "throttled", "half done")
    return st.builds(Disturbance, st.sampled_from(kinds), st.integers(0, 15))


def go(
    stage: Stage, call: Callable[[], Any], disturbance: Disturbance, *refusals: type[StepkeeperError]
) -> Any:
    """What a call answers; None where it was disturbed, or refused what was asked.

    Undisturbed, nothing but the `refusals` may go wrong.
    """
    try:
        with _disturbed(stage, disturbance):
            return call()
    except refusals:
        return None
    except (Crash, ClientError, BotoCoreError, StepkeeperError):
        if disturbance.kind == "none":
            raise
        stage.ledger.interrupted += 1
        return None
    finally:
        stage.world.faults.clear()


@contextmanager
def _disturbed(stage: Stage, disturbance: Disturbance) -> Iterator[None]:
    kind, at = disturbance
    if kind == "throttled":
        stage.world.faults.refuse(THROTTLED[at % len(THROTTLED)], times=1 + at % 2)
    if kind == "half done":
        stage.world.faults.fail_entries(HALF_DONE[at % len(HALF_DONE)], times=1 + at % 2)
    for how in BREAKS:
        if kind == how:
            with if_reached(stage.simulation.wire.breaking(at, how)):
                yield
            return
    yield


@contextmanager
def if_reached(planned: AbstractContextManager[None]) -> Iterator[None]:
    """What is planned for a call that may not be made: the wire would complain that it was not."""
    try:
        with planned:
            yield
    except AssertionError as problem:
        if not str(problem).startswith("there was no call"):
            raise
