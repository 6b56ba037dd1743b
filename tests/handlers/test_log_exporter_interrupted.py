"""Wherever an export breaks off, the same call once more goes on: one task, one manifest, nothing in vain."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from stepkeeper.errors import AwsUnavailable
from stepkeeper.exports.errors import LimitExceededException
from tests.handlers.exports import GROUP, NIGHTLY, OCTOBER, Answer, Exports
from tests.simulated.export_runs import Course
from tests.wire import BREAKS, Break, Crash

STARTING = ["dynamodb:GetItem", "dynamodb:PutItem", "logs:CreateExportTask", "dynamodb:PutItem"]
CHECKING = [
    "dynamodb:GetItem",
    "logs:DescribeExportTasks",
    "s3:ListObjectsV2",
    "s3:PutObject",
    "dynamodb:PutItem",
]
FAILING = ["dynamodb:GetItem", "logs:DescribeExportTasks", "dynamodb:PutItem"]
WAITING = [*STARTING[:3], "dynamodb:PutItem", "logs:DescribeExportTasks"]
HOUR = timedelta(hours=1)

EVERY_BREAK = pytest.mark.parametrize("how", BREAKS)


@pytest.fixture
def october(exports: Exports) -> Answer:
    exports.choose(NIGHTLY)
    exports.add_group(created=OCTOBER)
    exports.begin()
    period: Answer = exports.next()["period"]
    return period


def break_off(exports: Exports, call: int, how: Break, ask: Callable[[], object]) -> None:
    """`ask` clears the wire's calls, so that the break is at its own."""
    with exports.simulation.wire.breaking(call, how), pytest.raises((Crash, AwsUnavailable)):
        ask()


@EVERY_BREAK
@pytest.mark.parametrize("call", range(len(STARTING)))
def test_an_interrupted_start_that_is_repeated_leaves_one_task(
    call: int, how: Break, exports: Exports, october: Answer
) -> None:
    break_off(exports, call, how, lambda: exports.start(october))

    answer = exports.start(october)

    (task,) = exports.world.logs.tasks
    part = exports.entries()[0].parts[0]
    assert answer["task_id"] == task.task_id
    assert part.attempt is not None
    assert (part.attempt.task_id, part.attempt.name, part.attempt.prefix) == (
        task.task_id,
        task.name,
        task.prefix,
    )


@EVERY_BREAK
@pytest.mark.parametrize("call", range(len(CHECKING)))
def test_an_interrupted_check_that_is_repeated_leaves_one_manifest_that_tells_the_truth(
    call: int, how: Break, exports: Exports, october: Answer
) -> None:
    task_id = exports.start(october)["task_id"]
    exports.world.clock.move(HOUR)
    break_off(exports, call, how, lambda: exports.check(october))

    answer = exports.check(october)

    manifests = [key for key in exports.world.s3.objects if "/manifests/" in key]
    assert (answer["progress"], answer["objects"], manifests) == ("completed", 1, [answer["manifest"]])
    assert exports.manifest("2026-10")["parts"][0]["task_id"] == task_id
    assert exports.states() == {"2026-10": "completed"}
    assert exports.next()["state"] == "done"


@EVERY_BREAK
@pytest.mark.parametrize("call", range(len(CHECKING)))
def test_what_the_ledger_calls_completed_has_a_manifest_at_every_moment(
    call: int, how: Break, exports: Exports, october: Answer
) -> None:
    exports.start(october)
    exports.world.clock.move(HOUR)

    break_off(exports, call, how, lambda: exports.check(october))

    assert exports.states() == {"2026-10": "submitted"} or exports.manifest("2026-10")


@EVERY_BREAK
@pytest.mark.parametrize("call", range(len(FAILING)))
def test_an_interrupted_check_of_a_failed_task_counts_it_once(
    call: int, how: Break, exports: Exports, october: Answer
) -> None:
    exports.world.logs.tasks_take = lambda _: Course(HOUR, "FAILED", "Internal error")
    exports.start(october)
    exports.world.clock.move(HOUR)
    break_off(exports, call, how, lambda: exports.check(october))

    answer = exports.check(october)

    part = exports.entries()[0].parts[0]
    assert answer["progress"] == "failed"
    assert (part.state, part.tries, part.tries_now, len(part.abandoned)) == ("planned", 1, 1, 1)


@EVERY_BREAK
@pytest.mark.parametrize("call", range(len(WAITING)))
def test_an_interrupted_wait_for_the_slot_leaves_no_attempt_behind(
    call: int, how: Break, exports: Exports, october: Answer
) -> None:
    exports.world.logs.tasks_take = HOUR
    exports.world.logs.start(GROUP, 0, 2_000_000_000_000)
    break_off(exports, call, how, lambda: exports.start(october))

    with pytest.raises(LimitExceededException):
        exports.start(october)

    part = exports.entries()[0].parts[0]
    assert (part.attempt, part.tries <= 1) == (None, True)
    exports.world.clock.move(HOUR)
    assert exports.export(october)["progress"] == "completed"
    assert len(exports.world.logs.tasks) == 2


def test_the_interrupted_calls_are_all_calls(exports: Exports, october: Answer) -> None:
    calls = exports.simulation.wire.calls

    exports.start(october)
    starting = list(calls)
    exports.world.clock.move(HOUR)
    exports.check(october)

    assert (starting, calls) == (STARTING, CHECKING)
