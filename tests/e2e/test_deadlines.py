"""Every missed deadline is told; a success is silent."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from local.deployed import FunctionFailed, Operator
from tests.e2e.support.alerts import Inbox, subscribed
from tests.e2e.support.order import MORNING, set_uncertain_task
from tests.e2e.support.pipelines import FAILS, LASTS, SUCCEEDS, Pipelines, behaving
from tests.e2e.support.spool import fail_run
from tests.e2e.support.triggers import rule, schedule

DEADLINE = MORNING.replace(hour=5, minute=30)
"""In Tokyo."""


def test_at_the_deadline_late_failed_aborted_and_missing_are_told_and_a_success_is_not(
    operator: Operator, nightly: Pipelines, inbox: Inbox
) -> None:
    machines = [
        nightly.run("late", LASTS),
        nightly.run("failed", FAILS),
        nightly.run("aborted", LASTS),
        nightly.make("missing", SUCCEEDS),
        nightly.run("good", SUCCEEDS),
    ]
    nightly.abort(machines[2])
    checks: list[object] = [{"SFN_ARN": machine, "within": "PT24H"} for machine in machines]
    operator.aws.move_schedule_clock(DEADLINE.replace(minute=29))
    checked = _checks(operator)

    with schedule(
        operator, "ExecutionWatchdog", expression="cron(30 5 * * ? *)", zone="Asia/Tokyo", events=checks
    ):
        operator.aws.move_schedule_clock(DEADLINE)
        operator.until("all are checked", lambda: _checks(operator) >= checked + len(machines))
        inbox.wait_for(4)
        again = operator.invoke("ExecutionWatchdog", {"SFN_ARN": machines[-1]})

    assert (again["verdict"], again["alerted"]) == ("succeeded", False)
    assert inbox.verdicts() == {
        nightly.name("late"): "late",
        nightly.name("failed"): "failed",
        nightly.name("aborted"): "aborted",
        nightly.name("missing"): "missing",
    }


def test_a_schedule_in_tokyo_checks_at_the_time_in_tokyo_and_not_at_that_time_in_utc(
    operator: Operator, nightly: Pipelines, inbox: Inbox
) -> None:
    failed, missing = nightly.run("failed", FAILS), nightly.make("missing", SUCCEEDS)
    checks: list[object] = [{"SFN_ARN": failed}]

    with schedule(
        operator, "ExecutionWatchdog", expression="cron(30 5 * * ? *)", zone="Asia/Tokyo", events=checks
    ):
        operator.aws.move_schedule_clock(datetime(2020, 6, 10, 5, 30, tzinfo=UTC))
        operator.aws.move_schedule_clock(DEADLINE.replace(minute=29))
        operator.invoke("ExecutionWatchdog", {"SFN_ARN": missing})
        inbox.wait_for(1)
        before = inbox.verdicts()
        operator.aws.move_schedule_clock(DEADLINE)
        inbox.wait_for(2)

    assert before == {nightly.name("missing"): "missing"}
    assert inbox.verdicts() == before | {nightly.name("failed"): "failed"}


def test_a_rule_checks_at_its_time_in_utc(operator: Operator, nightly: Pipelines, inbox: Inbox) -> None:
    check = {"SFN_ARN": nightly.run("failed", FAILS), "within": "PT3H"}
    operator.aws.move_schedule_clock(DEADLINE.replace(minute=29))

    with rule(operator, "ExecutionWatchdog", expression="cron(30 20 * * ? *)", event=check):
        operator.aws.move_schedule_clock(DEADLINE)
        inbox.wait_for(1)

    assert inbox.verdicts() == {nightly.name("failed"): "failed"}


def test_the_sample_pipeline_is_checked_by_its_schedule_at_half_past_five(operator: Operator) -> None:
    set_uncertain_task(operator, behavior="NG")
    fail_run(operator, {"key": "12345"})
    name = operator.output("GuardedPipelineArn").rpartition(":")[2]
    operator.aws.move_schedule_clock(DEADLINE.replace(minute=29))

    with subscribed(operator, "sample-pipeline", pipeline=[name]) as inbox:
        operator.aws.move_schedule_clock(DEADLINE)
        inbox.wait_for(1)
        verdicts = inbox.verdicts()

    assert verdicts == {name: "failed"}


def test_the_sample_report_is_checked_by_its_rule_at_nine_in_the_evening_utc(operator: Operator) -> None:
    report = operator.output("SampleReportArn")
    name = report.rpartition(":")[2]
    evening = datetime(2020, 6, 10, 21, 0, tzinfo=UTC)
    operator.aws.move_schedule_clock(evening - timedelta(minutes=1))

    with behaving(operator, report, FAILS), subscribed(operator, "sample-report", pipeline=[name]) as inbox:
        operator.finished(operator.start(report, name=f"report-{uuid4().hex[:8]}", input={}))
        operator.aws.move_schedule_clock(evening)
        inbox.wait_for(1)
        verdicts = inbox.verdicts()

    assert verdicts == {name: "failed"}


def test_a_success_before_since_is_a_missing_run(
    operator: Operator, nightly: Pipelines, inbox: Inbox
) -> None:
    machine = nightly.run("good", SUCCEEDS)
    [run] = operator.runs(machine)

    since_then = operator.invoke(
        "ExecutionWatchdog", {"SFN_ARN": machine, "since": run["startDate"].isoformat()}
    )
    since_tomorrow = operator.invoke(
        "ExecutionWatchdog", {"SFN_ARN": machine, "since": "2099-01-01T00:00:00Z"}
    )

    assert (since_then["verdict"], since_then["alerted"]) == ("succeeded", False)
    assert (since_tomorrow["verdict"], since_tomorrow["alerted"]) == ("missing", True)
    assert [alert.attributes["verdict"] for alert in inbox.wait_for(1)] == ["missing"]


@pytest.mark.parametrize(
    ("type", "word", "error"),
    [
        ("STANDARD", "unknown", "StateMachineNotFound"),
        ("EXPRESS", "express", "StateMachineNotWatchable"),
    ],
)
def test_what_can_not_be_watched_is_a_clear_error_and_no_alert(
    operator: Operator, nightly: Pipelines, inbox: Inbox, type: str, word: str, error: str
) -> None:
    machine = nightly.make("express", SUCCEEDS, type=type).replace("-express", f"-{word}")
    missing = nightly.make("missing", SUCCEEDS)

    with pytest.raises(FunctionFailed, match=machine) as failed:
        operator.invoke("ExecutionWatchdog", {"SFN_ARN": machine})
    operator.invoke("ExecutionWatchdog", {"SFN_ARN": missing})

    assert failed.value.error == error
    assert [alert.attributes["pipeline"] for alert in inbox.wait_for(1)] == [nightly.name("missing")]


def _checks(operator: Operator) -> int:
    """How many times the watchdog has looked at a pipeline's runs."""
    return sum(
        call.action == "ListExecutions" and "ExecutionWatchdog" in call.principal
        for call in operator.aws.calls()
    )
