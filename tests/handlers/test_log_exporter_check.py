"""A task that ended is counted and recorded; one that failed is tried again, maybe in halves."""

from datetime import timedelta

import pytest

from tests.handlers.exports import GROUP, NIGHTLY, NOVEMBER, OCTOBER, Answer, Exports, ms
from tests.simulated.export_runs import Course

HOUR = timedelta(hours=1)
TEST_OBJECT = "aws-logs-write-test"


@pytest.fixture
def exports(exports: Exports) -> Exports:
    exports.choose(f"{NIGHTLY}back = 1\n")
    exports.add_group(created=OCTOBER - timedelta(days=3))
    exports.begin()
    return exports


@pytest.fixture
def october(exports: Exports) -> Answer:
    period: Answer = exports.next()["period"]
    return period


@pytest.mark.parametrize(("minutes", "status"), [(0, "PENDING"), (40, "RUNNING")])
def test_a_task_that_is_not_over_is_running(
    minutes: int, status: str, exports: Exports, october: Answer
) -> None:
    exports.world.logs.tasks_take = HOUR
    task_id = exports.start(october)["task_id"]
    exports.world.clock.move(timedelta(minutes=minutes))

    assert exports.check(october) == {"progress": "running", "reason": f"{task_id} is {status}"}
    assert exports.manifest("2026-10") is None


def test_a_period_is_counted_without_the_test_object_and_its_manifest_says_where_it_is(
    exports: Exports, october: Answer
) -> None:
    task_id = exports.start(october)["task_id"]
    exports.world.clock.move(HOUR)

    answer = exports.check(october)

    data = {key: content for key, content in exports.world.s3.objects.items() if key.endswith(".gz")}
    test_objects = [key for key in exports.world.s3.objects if key.endswith(TEST_OBJECT)]
    ((key, content),) = data.items()
    assert len(test_objects) == 1
    assert answer == {
        "progress": "completed",
        "reason": f"1 objects with {len(content)} bytes",
        "manifest": "exports/manifests/orders/nightly/2026-10.json",
        "objects": 1,
        "bytes": len(content),
    }
    written = exports.manifest("2026-10")
    (part,) = written["parts"]
    location = part["location"].removeprefix(f"s3://{exports.bucket}/")
    assert key.startswith(location)
    assert (written["from_ms"], written["to_ms"]) == (ms(OCTOBER), ms(NOVEMBER))
    assert (written["objects"], written["bytes"], part["task_id"]) == (1, len(content), task_id)
    assert (written["storage_class"], written["abandoned"]) == ("STANDARD_IA", [])
    assert exports.states() == {"2026-10": "completed"}


def test_a_period_without_events_is_done_too(exports: Exports, october: Answer) -> None:
    exports.world.logs.groups[GROUP].streams.clear()

    answer = exports.export(october)

    assert (answer["progress"], answer["objects"], answer["bytes"]) == ("completed", 0, 0)
    assert exports.states() == {"2026-10": "empty"}
    assert exports.manifest("2026-10")["objects"] == 0


def test_the_manifest_is_there_before_the_ledger_says_so(exports: Exports, october: Answer) -> None:
    exports.start(october)
    exports.world.clock.move(HOUR)

    exports.check(october)

    calls = exports.simulation.wire.calls
    assert calls == [
        "dynamodb:GetItem",
        "logs:DescribeExportTasks",
        "s3:ListObjectsV2",
        "s3:PutObject",
        "dynamodb:PutItem",
    ]


def test_what_was_recorded_is_answered_again_and_written_no_more(exports: Exports, october: Answer) -> None:
    first = exports.export(october)

    again = exports.check(october)

    assert again == {**first, "reason": "1 objects were counted before"}
    assert exports.simulation.wire.calls == ["dynamodb:GetItem"]


def test_what_a_failed_try_left_is_not_counted_and_the_third_failure_gives_up(
    exports: Exports, october: Answer
) -> None:
    minute = timedelta(minutes=1)
    exports.world.logs.tasks_take = lambda _: Course(minute, "FAILED", "Internal error", share=1.0)

    answers = [exports.export(october) for _ in range(3)]

    assert [each["progress"] for each in answers] == ["failed"] * 3
    assert [each["reason"].split(":")[0] for each in answers] == [
        "to be tried again",
        "to be tried again",
        "given up after 3 tries",
    ]
    assert exports.states() == {"2026-10": "failed"}
    exports.world.logs.tasks_take = minute
    done = exports.export(october, "two")
    assert done["objects"] == 1
    assert exports.manifest("2026-10")["tries"] == 4
    assert len(exports.manifest("2026-10")["abandoned"]) == 3


@pytest.mark.parametrize(
    ("takes", "message"), [(21 * HOUR, "Internal error"), (HOUR, "The export timed out"), (HOUR, "Too large")]
)
def test_a_part_that_was_too_large_is_exported_in_halves(
    takes: timedelta, message: str, exports: Exports
) -> None:
    whole = ms(NOVEMBER) - ms(OCTOBER)

    def course(task: Answer) -> Course:
        too_large = task.end_ms - task.start_ms + 1 > whole / 2  # type: ignore[attr-defined]
        return Course(takes, "FAILED", message) if too_large else Course(HOUR)

    exports.choose(f"{NIGHTLY}back = 1\n")
    exports.world.logs.tasks_take = course  # type: ignore[assignment]
    exports.end_execution("one")

    answer = exports.run("two")

    middle = ms(OCTOBER) + whole // 2
    assert (len(answer["exported"]), answer["failed"]) == (3, 0)
    tasks = [(task.start_ms, task.end_ms) for task in exports.world.logs.tasks]
    assert tasks[1:] == [(ms(OCTOBER), middle - 1), (middle, ms(NOVEMBER) - 1)]
    assert exports.states() == {"2026-10": "completed"}
    assert [part["objects"] for part in exports.manifest("2026-10")["parts"]] == [1, 0]


def test_a_task_that_somebody_cancelled_is_started_again(exports: Exports, october: Answer) -> None:
    exports.world.logs.tasks_take = HOUR
    task_id = exports.start(october)["task_id"]
    exports.world.logs.cancel_export_task({"taskId": task_id})
    exports.world.clock.move(HOUR)

    answer = exports.check(october)

    assert answer["progress"] == "failed"
    assert answer["reason"].startswith(f"to be tried again: {task_id} is CANCELLED")
    assert exports.export(exports.next()["period"])["progress"] == "completed"


def test_a_task_that_cloudwatch_logs_has_forgotten_is_started_again(
    exports: Exports, october: Answer
) -> None:
    task_id = exports.start(october)["task_id"]
    exports.world.logs.forget(task_id)

    answer = exports.check(october)

    assert answer["reason"].endswith(f"does not know the export task {task_id}.")
    assert exports.export(exports.next()["period"])["progress"] == "completed"


def test_a_check_before_any_start_says_that_there_is_nothing(exports: Exports, october: Answer) -> None:
    assert exports.check(october) == {"progress": "failed", "reason": "no task was started"}
