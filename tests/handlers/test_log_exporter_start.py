"""The task of a part is started once, and found again whatever became of the answer."""

from datetime import timedelta
from typing import Any

import pytest

from stepkeeper.errors import AwsUnavailable, UnroutableEvent
from stepkeeper.exports.errors import ExportPeriodUnknown, LimitExceededException
from tests.handlers.exports import GROUP, NIGHTLY, NOVEMBER, OCTOBER, Answer, Exports, ms


@pytest.fixture
def exports(exports: Exports) -> Exports:
    exports.choose(NIGHTLY)
    exports.add_group(created=OCTOBER - timedelta(days=3))
    exports.begin()
    exports.accept(GROUP, "2026-09")
    return exports


@pytest.fixture
def october(exports: Exports) -> Answer:
    period: Answer = exports.next()["period"]
    return period


def lose_answer(exports: Exports, october: Answer) -> None:
    """A task is started, and nobody knows it."""
    with exports.simulation.wire.breaking(2, "answer lost"), pytest.raises(AwsUnavailable):
        exports.simulation.invoke(
            "log_exporter", {"action": "start", "period": october, "run": exports.arn("one")}
        )


def test_a_task_takes_all_of_its_period_and_no_moment_of_the_next(exports: Exports, october: Answer) -> None:
    answer = exports.start(october)

    (task,) = exports.world.logs.tasks
    assert answer == {"task_id": task.task_id, "reason": "started"}
    assert (task.log_group, task.start_ms, task.end_ms) == (GROUP, ms(OCTOBER), ms(NOVEMBER) - 1)
    assert task.bucket == exports.bucket
    assert task.name == f"stepkeeper 2026-10 20261121T030405.000000Z-1 {GROUP}"
    assert task.prefix == "standard-ia/exports/orders/nightly/2026-10/20261121T030405.000000Z-1"
    assert exports.states()["2026-10"] == "submitted"


def test_a_task_that_is_known_is_not_asked_after(exports: Exports, october: Answer) -> None:
    first = exports.start(october)

    again = exports.start(october)

    assert again == {**first, "reason": "the task was started before"}
    assert exports.simulation.wire.calls == ["dynamodb:GetItem"]


@pytest.mark.parametrize("code", ["PENDING", "RUNNING", "COMPLETED", "FAILED", "CANCELLED"])
def test_a_task_whose_answer_was_lost_is_adopted_whatever_became_of_it(
    code: str, exports: Exports, october: Answer
) -> None:
    logs = exports.world.logs
    hour = timedelta(hours=1)
    logs.tasks_take = (lambda _: (hour, "FAILED", "no luck")) if code == "FAILED" else hour
    lose_answer(exports, october)
    (task,) = logs.tasks
    if code == "CANCELLED":
        logs.cancel_export_task({"taskId": task.task_id})
    exports.world.clock.move({"PENDING": 0, "RUNNING": 0.5}.get(code, 2) * hour)
    assert logs.tasks[0].status in (code, "PENDING_CANCEL")

    answer = exports.start(october)

    assert answer == {"task_id": task.task_id, "reason": "found the task whose answer was lost"}
    assert len(logs.tasks) == 1


def test_a_task_of_somebody_else_with_the_same_prefix_is_not_adopted(
    exports: Exports, october: Answer
) -> None:
    with exports.simulation.wire.breaking(1, "answer lost"), pytest.raises(AwsUnavailable):
        exports.simulation.invoke("log_exporter", {"action": "start", "period": october})
    attempt = exports.entries()[1].parts[0].attempt
    assert attempt is not None
    exports.world.logs.start(GROUP, ms(OCTOBER), ms(NOVEMBER), prefix=attempt.prefix)
    exports.world.clock.move(timedelta(hours=1))

    answer = exports.start(october)

    assert answer["reason"] == "started"
    assert len(exports.world.logs.tasks) == 2


def test_while_the_slot_is_taken_the_error_says_by_whom_and_no_try_is_left(
    exports: Exports, october: Answer
) -> None:
    exports.world.logs.tasks_take = timedelta(hours=1)
    theirs = exports.world.logs.start(GROUP, 0, ms(NOVEMBER))
    before = exports.entries()[1]

    for _ in range(5):
        with pytest.raises(LimitExceededException, match=f"has to wait: .* is {theirs} .*of {GROUP}, PENDIN"):
            exports.start(october)

    part = exports.entries()[1].parts[0]
    assert (part.attempt, part.tries, part.tries_now) == (None, 0, 0)
    assert exports.states()["2026-10"] == before.state == "planned"
    exports.world.clock.move(timedelta(hours=2))
    assert exports.start(october)["reason"] == "started"


def test_an_error_names_a_slot_that_nobody_shows(exports: Exports, october: Answer) -> None:
    exports.world.faults.refuse("CreateExportTask", "LimitExceededException")

    with pytest.raises(LimitExceededException, match="one that CloudWatch Logs does not show"):
        exports.start(october)


@pytest.mark.parametrize(
    "code", ["InvalidParameterException", "ResourceNotFoundException", "AccessDeniedException"]
)
def test_a_refusal_is_recorded_and_answered_without_a_task(
    code: str, exports: Exports, october: Answer
) -> None:
    exports.world.faults.refuse("CreateExportTask", code, message="Not this one")

    answer = exports.start(october)

    assert answer["task_id"] is None
    assert "Not this one" in answer["reason"]
    entry = exports.entries()[1]
    assert (entry.state, entry.refused, entry.reason) == ("failed", True, answer["reason"])
    assert exports.check(october) == {"progress": "failed", "reason": answer["reason"]}


def test_throttling_is_an_outage_and_no_refusal(exports: Exports, october: Answer) -> None:
    exports.world.faults.refuse("CreateExportTask", "ThrottlingException")

    with pytest.raises(AwsUnavailable, match=f"{GROUP} 2026-10"):
        exports.start(october)

    exports.world.faults.clear()
    assert exports.start(october)["reason"] == "started"


@pytest.mark.parametrize("wrong", [{"id": "2026-08"}, {"edition": 2}, {"from_ms": 1}, {"log_group": "/b"}])
def test_what_the_ledger_does_not_have_is_not_exported(
    wrong: dict[str, Any], exports: Exports, october: Answer
) -> None:
    with pytest.raises(ExportPeriodUnknown, match="The ledger has no period"):
        exports.start({**october, **wrong})

    assert exports.world.logs.tasks == []


def test_a_period_that_goes_backwards_is_refused(exports: Exports, october: Answer) -> None:
    with pytest.raises(UnroutableEvent, match="to_ms must be after from_ms"):
        exports.start({**october, "to_ms": october["from_ms"]})
