"""Exports that somebody else's is in the way of, that fail, or that two runs want at once."""

import json

import pytest

from local.deployed import Operator
from tests.e2e.support.exports import (
    FAILS_EACH_TIME,
    begin_export,
    export,
    exported_lines,
    manifests,
    overlaps,
    somebody_elses_export,
    tasks,
)
from tests.e2e.support.months import LOG_GROUP, Month
from tests.e2e.support.spool import failed_steps

ACTIVE = ("PENDING", "RUNNING")


@pytest.mark.usefixtures("logs")
def test_an_export_waits_while_somebody_elses_is_active(operator: Operator, months: list[Month]) -> None:
    with somebody_elses_export(operator, months[0]) as theirs:
        begun = begin_export(operator)
        operator.until("the run is refused", lambda: failed_steps(operator, begun))
        active = [task["taskId"] for task in tasks(operator) if task["status"]["code"] in ACTIVE]
    run = operator.finished(begun)

    assert active == [theirs]
    assert run["status"] == "SUCCEEDED"
    assert set(failed_steps(operator, begun)) == {"LimitExceededException"}
    assert list(manifests(operator)) == [month.id for month in months]
    assert overlaps(tasks(operator)[-len(months) :]) == 0


@pytest.mark.usefixtures("logs")
def test_a_task_that_failed_is_tried_again_elsewhere(operator: Operator, months: list[Month]) -> None:
    before = len(tasks(operator))
    operator.aws.control("export-tasks", next="FAILED")

    run = export(operator)

    [failed, *completed] = tasks(operator)[before:]
    assert run["status"] == "SUCCEEDED"
    assert (failed["from"], failed["to"]) == (completed[0]["from"], completed[0]["to"])
    assert failed["destinationPrefix"] != completed[0]["destinationPrefix"]
    recorded = manifests(operator)
    assert list(recorded) == [month.id for month in months]
    left = f"s3://{operator.output('ExportBucketName')}/{failed['destinationPrefix']}/"
    assert recorded[months[0].id]["abandoned"] == [left]
    for month in months:
        assert sorted(exported_lines(operator, recorded[month.id])) == sorted(month.lines)


@pytest.mark.usefixtures("logs")
def test_a_month_that_fails_each_time_is_named_in_the_end_and_keeps_no_other_from_being_exported(
    operator: Operator, months: list[Month]
) -> None:
    operator.aws.control("export-tasks", plan=FAILS_EACH_TIME)

    red = export(operator)
    recorded_after_red = list(manifests(operator))
    green = export(operator)

    assert (red["status"], red["error"]) == ("FAILED", "NotAllExported")
    assert f"{LOG_GROUP} {months[0].id}: failed after 3 tries" in red["cause"]
    assert "Internal error" in red["cause"]
    assert recorded_after_red == [month.id for month in months[1:]]
    assert green["status"] == "SUCCEEDED"
    assert list(manifests(operator)) == [month.id for month in months]


@pytest.mark.usefixtures("logs")
def test_a_month_that_is_too_much_for_one_task_is_exported_in_parts(
    operator: Operator, months: list[Month]
) -> None:
    operator.aws.control("export-tasks", plan=[{"status": "FAILED", "took_hours": 24}])

    run = export(operator)

    recorded = manifests(operator)[months[0].id]
    assert run["status"] == "SUCCEEDED"
    assert [part["to_ms"] for part in recorded["parts"][:-1]] == [
        part["from_ms"] for part in recorded["parts"][1:]
    ]
    assert len(recorded["parts"]) == 2
    assert sorted(exported_lines(operator, recorded)) == sorted(months[0].lines)


@pytest.mark.usefixtures("logs")
def test_a_task_whose_answer_got_lost_is_found_again(operator: Operator, months: list[Month]) -> None:
    before = len(tasks(operator))
    operator.aws.control("export-tasks", plan=[{"answer": "lost"}])

    run = export(operator)

    assert run["status"] == "SUCCEEDED"
    assert len(tasks(operator)) - before == len(months)
    for month in months:
        assert sorted(exported_lines(operator, manifests(operator)[month.id])) == sorted(month.lines)


@pytest.mark.usefixtures("logs")
def test_a_second_run_says_that_another_exports_and_ends(operator: Operator, months: list[Month]) -> None:
    before = len(tasks(operator))
    with somebody_elses_export(operator, months[0]):
        first = begin_export(operator)
        operator.until("the first run is refused", lambda: failed_steps(operator, first))
        second = export(operator)
        third = export(operator, again={"log_group": LOG_GROUP, "period": months[0].id})
    ended = operator.finished(first)

    assert (second["status"], json.loads(second["output"])["by"]) == ("SUCCEEDED", first)
    assert (third["status"], third["error"]) == ("FAILED", "ExportInProgress")
    assert first in third["cause"]
    assert ended["status"] == "SUCCEEDED"
    assert len(tasks(operator)) - before == 1 + len(months)
    assert list(manifests(operator)) == [month.id for month in months]


@pytest.mark.usefixtures("logs")
def test_a_run_that_was_aborted_is_gone_on_with_by_the_next(operator: Operator, months: list[Month]) -> None:
    before = len(tasks(operator))
    operator.aws.control("export-tasks", seconds=2)
    aborted = begin_export(operator)
    operator.until("a task is there", lambda: len(tasks(operator)) > before)
    operator.client("stepfunctions").stop_execution(executionArn=aborted)

    run = export(operator)

    assert run["status"] == "SUCCEEDED"
    assert len(tasks(operator)) - before == len(months)
    for month in months:
        assert sorted(exported_lines(operator, manifests(operator)[month.id])) == sorted(month.lines)
