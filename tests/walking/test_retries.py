"""What becomes of an error: it is tried again, it is caught, or it ends the run."""

import json
from datetime import timedelta

from tests.walking.definitions import CAUGHT, calling, run, types
from tests.walking.errors import Abort

RETRIED = {
    "ErrorEquals": ["SlotTaken", "Lambda.TooManyRequestsException"],
    "IntervalSeconds": 60,
    "BackoffRate": 2.0,
    "MaxDelaySeconds": 100,
    "MaxAttempts": 3,
}


class SlotTaken(Exception):
    """Somebody else is at it."""


class Raising:
    """A handler that fails a number of times."""

    def __init__(self, times):
        self.times = times
        self.calls = 0

    def __call__(self, event):
        self.calls += 1
        if self.calls <= self.times:
            raise SlotTaken(f"taken from {event}")
        return event


def test_an_error_is_retried_later_and_later(walker, simulation):
    began, moments = simulation.world.clock.now(), []
    walker.stand_ins["notifier"] = Raising(3)
    walker.before = lambda _walk, _state, attempt: moments.append(
        (attempt, simulation.world.clock.now() - began)
    )

    walk = run(walker, calling(Retry=[RETRIED]))
    walker.walk_all()

    assert walk.execution.status == "SUCCEEDED"
    assert moments[1:] == [(n, timedelta(seconds=s)) for n, s in ((0, 0), (1, 60), (2, 160), (3, 260))]
    assert len(types(walk)) == 7 + 3 * 3
    assert walk.record.transitions == 1 + 3


def test_a_retrier_that_is_used_up_leaves_it_to_the_catch(walker):
    walker.stand_ins["notifier"] = Raising(9)

    walk = run(walker, calling(Retry=[RETRIED], Catch=[CAUGHT]), 1)
    walker.walk_all()

    assert walker.stand_ins["notifier"].calls == 4
    told = json.dumps({"errorMessage": "taken from 1", "errorType": "SlotTaken"})
    assert walk.variables == {"error": {"Error": "SlotTaken", "Cause": told}}
    assert json.loads(walk.execution.output) == walk.variables["error"]
    assert types(walk)[-5:] == [
        "TaskFailed", "TaskStateExited", "SucceedStateEntered", "SucceedStateExited", "ExecutionSucceeded",
    ]  # fmt: skip


def test_an_error_that_nobody_names_ends_the_run_red(walker):
    walker.stand_ins["notifier"] = Raising(9)

    walk = run(walker, calling())
    walker.walk_all()

    assert (walk.execution.status, walk.execution.error) == ("FAILED", "SlotTaken")
    assert types(walk)[-2:] == ["TaskFailed", "ExecutionFailed"]


def test_what_lambda_refuses_has_its_own_name(walker, simulation):
    simulation.world.faults.refuse("Invoke", "TooManyRequestsException", times=1)
    walker.stand_ins["notifier"] = Raising(0)

    walk = run(walker, calling(Retry=[RETRIED]))
    walker.walk_all()

    assert walk.execution.status == "SUCCEEDED"
    failed = next(event for event in walk.execution.history if event["type"] == "TaskFailed")
    assert failed["taskFailedEventDetails"]["error"] == "Lambda.TooManyRequestsException"


def test_an_attempt_can_be_aborted(walker):
    def look(_walk, _state, attempt):
        if attempt == 2:
            raise Abort

    walker.before = look
    walker.stand_ins["notifier"] = Raising(9)

    walk = run(walker, calling(Retry=[RETRIED]))
    walker.walk_all()

    assert walk.execution.status == "ABORTED"
    assert walker.stand_ins["notifier"].calls == 2
