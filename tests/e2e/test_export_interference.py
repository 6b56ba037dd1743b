"""Exports that somebody else's is in the way of, that fail, or that two runs want at once."""

import pytest

from local.deployed import Operator
from tests.e2e.support.exports import (
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
def test_a_failed_export_ends_red_without_a_manifest_and_the_next_run_exports_it_elsewhere(
    operator: Operator, months: list[Month]
) -> None:
    before = len(tasks(operator))
    operator.aws.control("export-tasks", next="FAILED")

    red = export(operator)
    recorded_after_red = manifests(operator)
    green = export(operator)

    [failed, *completed] = tasks(operator)[before:]
    assert (red["status"], red["error"]) == ("FAILED", "ExportTaskFailed")
    assert failed["taskId"] in red["cause"]
    assert recorded_after_red == {}
    assert green["status"] == "SUCCEEDED"
    assert (failed["from"], failed["to"]) == (completed[0]["from"], completed[0]["to"])
    assert failed["destinationPrefix"] != completed[0]["destinationPrefix"]
    assert list(manifests(operator)) == [month.id for month in months]


@pytest.mark.usefixtures("logs")
def test_two_runs_at_once_both_end_green_and_every_month_has_its_lines_once(
    operator: Operator, months: list[Month]
) -> None:
    before = len(tasks(operator))

    begun = [begin_export(operator), begin_export(operator)]
    runs = [operator.finished(run) for run in begun]

    recorded = manifests(operator)
    assert [run["status"] for run in runs] == ["SUCCEEDED", "SUCCEEDED"]
    assert overlaps(tasks(operator)[before:]) == 0
    assert list(recorded) == [month.id for month in months]
    for month in months:
        assert sorted(exported_lines(operator, recorded[month.id])) == sorted(month.lines)


def test_a_log_group_that_does_not_exist_ends_red_and_is_named(operator: Operator) -> None:
    run = export(operator)

    assert (run["status"], run["error"]) == ("FAILED", "LogGroupNotFound")
    assert LOG_GROUP in run["cause"]
