"""An audit shows how each period stands, and tells people of each gap once; what they accept is none."""

import json
from datetime import timedelta
from typing import Any

import pytest

from local.deployed import FunctionFailed, Operator
from local.slack import Slack
from tests.e2e.support.exports import FAILS_EACH_TIME, content, export, exported_bytes, manifests
from tests.e2e.support.logs import logged, metrics
from tests.e2e.support.months import LOG_GROUP, Month
from tests.e2e.support.notices import told
from tests.e2e.support.order import MORNING, set_schedule
from tests.e2e.support.resources import object_keys

AUDIT = {"action": "audit"}
TABLE, PICTURE = "audit/audit.json", "audit/audit.svg"
TOLD = "gaps in the exports of logs"

pytestmark = pytest.mark.usefixtures("logs")


def audit(operator: Operator) -> dict[str, Any]:
    answer: dict[str, Any] = operator.invoke("BucketChecker", AUDIT)
    return answer


def states(audited: dict[str, Any]) -> list[str]:
    """Of the months of the one log group, oldest first."""
    [group] = audited["groups"]
    return list(group["periods"].values())


def fail_a_month(operator: Operator) -> None:
    """A run that gives the oldest month up."""
    operator.aws.control("export-tasks", plan=FAILS_EACH_TIME)
    assert export(operator)["status"] == "FAILED"


def test_an_audit_shows_every_period_in_a_table_and_in_a_picture(
    operator: Operator, months: list[Month]
) -> None:
    export(operator)

    answer = audit(operator)

    recorded, bucket = manifests(operator), operator.output("ExportBucketName")
    assert answer | {"audited_at": ""} == {
        "audited_at": "",
        "groups": [
            {
                "log_group": LOG_GROUP,
                "export": "nightly",
                "unit": "month",
                "periods": {month.id: "completed" for month in months},
                "objects": sum(manifest["objects"] for manifest in recorded.values()),
                "bytes": sum(exported_bytes(operator, manifest) for manifest in recorded.values()),
            }
        ],
        "gaps": [],
        "counts": {"completed": 3},
        "table": f"s3://{bucket}/{TABLE}",
        "picture": f"s3://{bucket}/{PICTURE}",
    }
    assert json.loads(content(operator, TABLE)) == answer
    picture = content(operator, PICTURE).decode()
    assert "<svg" in picture
    assert LOG_GROUP in picture


def test_a_month_that_failed_is_a_gap_is_told_once_and_closes_when_it_is_exported(
    operator: Operator, months: list[Month], slack: Slack
) -> None:
    before = len(told(slack, TOLD))
    fail_a_month(operator)

    first, second = audit(operator), audit(operator)
    operator.until("the gap is told", lambda: len(told(slack, TOLD)) > before)
    green = export(operator)
    closed = audit(operator)

    [gap] = first["gaps"]
    assert gap | {"reason": ""} == {
        "log_group": LOG_GROUP, "period": months[0].id, "state": "failed", "reason": ""
    }  # fmt: skip
    assert "Internal error" in gap["reason"]
    assert (states(first), second["gaps"]) == (["failed", "completed", "completed"], [gap])
    [text] = told(slack, TOLD)[before:]
    assert text == f"1 {TOLD} ({first['picture']}):\n{LOG_GROUP} {months[0].id}: failed: {gap['reason']}"
    assert (green["status"], closed["gaps"], closed["counts"]) == ("SUCCEEDED", [], {"completed": 3})


def test_a_gap_that_was_accepted_is_none_and_is_not_tried_again(
    operator: Operator, months: list[Month]
) -> None:
    fail_a_month(operator)
    gap = {"log_group": LOG_GROUP, "period": months[0].id}

    accepted = operator.invoke("BucketChecker", {"action": "accept", **gap, "reason": "not live yet"})
    run, answer = export(operator), audit(operator)

    assert accepted == {**gap, "accepted": "not live yet"}
    assert run["status"] == "SUCCEEDED"
    assert (states(answer), answer["gaps"]) == (["accepted", "completed", "completed"], [])
    assert list(manifests(operator)) == [month.id for month in months[1:]]


def test_what_is_exported_can_not_be_accepted_as_a_gap(operator: Operator, months: list[Month]) -> None:
    export(operator)
    request = {"action": "accept", "log_group": LOG_GROUP, "period": months[0].id, "reason": "a mistake"}

    with pytest.raises(FunctionFailed) as failed:
        operator.invoke("BucketChecker", request)

    assert failed.value.error == "ExportPeriodUnknown"
    assert states(audit(operator)) == ["completed"] * 3


def test_a_schedule_audits_every_six_hours(operator: Operator) -> None:
    export(operator)
    due = MORNING + timedelta(minutes=1)
    # A rate counts from here, or else from when the stack was made: by the clock of schedules, years later.
    set_schedule(operator, "AuditExportsSchedule", "ENABLED", StartDate=due - timedelta(hours=6))

    operator.aws.move_schedule_clock(due)
    set_schedule(operator, "AuditExportsSchedule", "DISABLED")

    operator.until("it has audited", lambda: {TABLE, PICTURE} <= set(object_keys(operator)))
    assert json.loads(content(operator, TABLE))["counts"] == {"completed": 3}


def test_the_number_of_gaps_is_a_metric_for_the_alarm(operator: Operator) -> None:
    fail_a_month(operator)

    lines = logged(operator, "BucketChecker", lambda: audit(operator), until='"ExportGaps":[')

    assert metrics(lines, namespace="Stepkeeper")["ExportGaps"] == 1
