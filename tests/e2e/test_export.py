"""Finished months of logs go to S3, one export after another, and only a manifest makes a month done."""

from datetime import datetime, timedelta
from typing import Any

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
from tests.e2e.support.months import LOG_GROUP, Month, log_group, milliseconds
from tests.e2e.support.order import TOKYO, set_schedule


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
    counted = {"objects": len(exported_keys(operator, manifest)), "bytes": exported_bytes(operator, manifest)}
    times = {"from_ms": milliseconds(months[0].start), "to_ms": milliseconds(months[0].end)}
    location = f"s3://{operator.output('ExportBucketName')}/{task['destinationPrefix']}/"
    assert manifest | {"recorded_at": ""} == {
        "version": 2,
        "log_group": LOG_GROUP,
        "period": months[0].id,
        "edition": 1,
        "export": "nightly",
        "storage_class": "STANDARD_IA",
        **times,
        "expired_before_ms": None,
        **counted,
        "tries": 1,
        "parts": [{**times, "task_id": task["taskId"], "location": location, **counted}],
        "abandoned": [],
        "recorded_at": "",
    }
    assert task["destinationPrefix"].startswith(f"standard-ia/exports/orders/nightly/{months[0].id}/")
    assert (manifest["objects"], manifest["bytes"] > 0) == (2, True)
    # CloudWatch Logs exports the events of both ends.
    assert (task["from"], task["to"]) == (times["from_ms"], times["to_ms"] - 1)


@pytest.mark.usefixtures("logs")
def test_a_second_run_exports_nothing(operator: Operator) -> None:
    export(operator)
    before = tasks(operator), manifests(operator)

    second = export(operator)

    assert second["status"] == "SUCCEEDED"
    assert (tasks(operator), manifests(operator)) == before


def test_a_log_group_that_is_younger_than_a_month_is_exported_from_its_birth_on(
    operator: Operator, months: list[Month]
) -> None:
    born = months[1].start + timedelta(days=3)
    with log_group(operator, LOG_GROUP, months[1:], created=born):
        run = export(operator)

    recorded = manifests(operator)
    assert run["status"] == "SUCCEEDED"
    assert list(recorded) == [months[1].id, months[2].id]
    # An event may be dated two weeks before it is put: those of the first days are older than the group.
    assert recorded[months[1].id]["from_ms"] == milliseconds(born - timedelta(days=14))
    assert sorted(exported_lines(operator, recorded[months[1].id])) == sorted(months[1].lines)


def test_a_month_without_a_line_is_done_too(operator: Operator, months: list[Month]) -> None:
    with log_group(operator, LOG_GROUP, months[:1], created=months[0].start):
        run = export(operator)

    counted = {period: manifest["objects"] for period, manifest in manifests(operator).items()}
    assert run["status"] == "SUCCEEDED"
    assert counted == {months[0].id: 2, months[1].id: 0, months[2].id: 0}


@pytest.mark.usefixtures("logs")
def test_a_schedule_exports_every_day(operator: Operator, months: list[Month]) -> None:
    before = operator.runs(operator.output("ExportLogsArn"))
    operator.aws.move_schedule_clock(datetime(2020, 6, 12, 3, 59, tzinfo=TOKYO))
    set_schedule(operator, "ExportLogsSchedule", "ENABLED")

    operator.aws.move_schedule_clock(datetime(2020, 6, 12, 4, 0, tzinfo=TOKYO))
    set_schedule(operator, "ExportLogsSchedule", "DISABLED")
    [run, *earlier] = operator.runs(operator.output("ExportLogsArn"))

    assert earlier == before
    assert operator.finished(run["executionArn"])["status"] == "SUCCEEDED"
    assert list(manifests(operator)) == [month.id for month in months]


@pytest.mark.usefixtures("logs")
def test_a_month_is_exported_once_more_on_request_and_the_first_export_stays_as_it_is(
    operator: Operator, months: list[Month]
) -> None:
    export(operator)
    before = manifests(operator)
    first = before[months[1].id]
    kept = exported_keys(operator, first)

    run = export(operator, again={"log_group": LOG_GROUP, "period": months[1].id})

    after = manifests(operator)
    second = after.pop(f"{months[1].id}.2")
    assert run["status"] == "SUCCEEDED"
    assert after == before
    assert exported_keys(operator, first) == kept
    assert second["parts"][0]["location"] != first["parts"][0]["location"]
    assert sorted(exported_lines(operator, second)) == sorted(months[1].lines)


@pytest.mark.parametrize(
    ("input", "error"),
    [
        ({"again": {"log_group": LOG_GROUP, "period": "1999-01"}}, "ExportPeriodUnknown"),
        ({"again": {"log_group": LOG_GROUP}}, "UnroutableEvent"),
        ({"agian": {"log_group": LOG_GROUP, "period": "2026-10"}}, "InvalidExport"),
        ({"again": "2026-10"}, "UnroutableEvent"),
    ],
)
@pytest.mark.usefixtures("logs")
def test_a_request_with_a_mistake_ends_red_and_exports_nothing(
    operator: Operator, input: dict[str, Any], error: str
) -> None:
    run = export(operator, **input)

    assert (run["status"], run["error"]) == ("FAILED", error)
    assert manifests(operator) == {}
