"""Finished months of logs go to S3, one export after another, and only a manifest makes a month done."""

from datetime import datetime, timedelta

import pytest

from local.deployed import Operator
from tests.e2e.support.exports import (
    export,
    exported_bytes,
    exported_keys,
    exported_lines,
    manifests,
    overlaps,
    tasks,
)
from tests.e2e.support.months import LOG_GROUP, Month, log_group
from tests.e2e.support.order import TOKYO


@pytest.mark.usefixtures("logs")
def test_three_months_are_exported_one_after_another_and_each_to_its_last_line(
    operator: Operator, months: list[Month]
) -> None:
    before = len(tasks(operator))

    run = export(operator)

    made = tasks(operator)[before:]
    recorded = manifests(operator)
    assert run["status"] == "SUCCEEDED"
    assert (len(made), overlaps(made)) == (3, 0)
    assert list(recorded) == [month.id for month in months]
    for month in months:
        assert sorted(exported_lines(operator, recorded[month.id])) == sorted(month.lines)


@pytest.mark.usefixtures("logs")
def test_a_manifest_says_what_was_exported_and_how_much_of_it_there_is(
    operator: Operator, months: list[Month]
) -> None:
    before = len(tasks(operator))

    export(operator)

    [task, *_] = tasks(operator)[before:]
    manifest = manifests(operator)[months[0].id]
    assert manifest | {"recorded_at": ""} == {
        "version": 1,
        "period": months[0].id,
        "log_group": LOG_GROUP,
        "from_ms": months[0].start.timestamp() * 1000,
        "to_ms": months[0].end.timestamp() * 1000,
        "task_id": task["taskId"],
        "location": f"s3://{operator.output('ExportBucketName')}/{task['destinationPrefix']}/",
        "objects": len(exported_keys(operator, manifest)),
        "bytes": exported_bytes(operator, manifest),
        "recorded_at": "",
    }
    assert (manifest["objects"], manifest["bytes"] > 0) == (2, True)


@pytest.mark.usefixtures("logs")
def test_a_second_run_exports_nothing(operator: Operator) -> None:
    export(operator)
    before = tasks(operator), manifests(operator)

    second = export(operator)

    assert second["status"] == "SUCCEEDED"
    assert (tasks(operator), manifests(operator)) == before


def test_a_month_before_the_log_group_was_created_is_not_exported(
    operator: Operator, months: list[Month]
) -> None:
    with log_group(operator, LOG_GROUP, months[1:], created=months[1].start + timedelta(days=3)):
        run = export(operator)

    assert run["status"] == "SUCCEEDED"
    assert list(manifests(operator)) == [months[1].id, months[2].id]


def test_a_month_without_a_line_is_done_too(operator: Operator, months: list[Month]) -> None:
    with log_group(operator, LOG_GROUP, months[:1], created=months[0].start):
        run = export(operator)

    counted = {period: manifest["objects"] for period, manifest in manifests(operator).items()}
    assert run["status"] == "SUCCEEDED"
    assert counted == {months[0].id: 2, months[1].id: 0, months[2].id: 0}


@pytest.mark.usefixtures("logs")
def test_a_schedule_exports_on_the_second_of_the_month(operator: Operator, months: list[Month]) -> None:
    before = operator.runs(operator.output("ExportLogsArn"))
    operator.aws.move_schedule_clock(datetime(2020, 6, 2, 2, 59, tzinfo=TOKYO))

    operator.aws.move_schedule_clock(datetime(2020, 6, 2, 3, 0, tzinfo=TOKYO))
    [run, *earlier] = operator.runs(operator.output("ExportLogsArn"))

    assert earlier == before
    assert operator.finished(run["executionArn"])["status"] == "SUCCEEDED"
    assert list(manifests(operator)) == [month.id for month in months]
