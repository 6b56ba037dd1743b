"""An alert says what a person needs to know, once, to those who want to know."""

from datetime import UTC

from local.deployed import Operator
from tests.e2e.support.alerts import Inbox, subscribed
from tests.e2e.support.pipelines import FAILS, SUCCEEDS, Pipelines


def test_an_alert_holds_what_a_person_needs_at_night(
    operator: Operator, nightly: Pipelines, inbox: Inbox
) -> None:
    machine = nightly.run("orders", FAILS)
    [run] = operator.runs(machine)

    operator.invoke("ExecutionWatchdog", {"SFN_ARN": machine})

    [alert] = inbox.wait_for(1)
    assert alert.subject == f"[Stepkeeper] {nightly.name('orders')} FAILED"
    assert alert.attributes == {"pipeline": nightly.name("orders"), "verdict": "failed"}
    assert f"started at {run['startDate'].astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC failed" in alert.body
    assert "Error: DiskFull\nCause: No space left on the volume of orders\n" in alert.body
    assert f"#/v2/executions/details/{run['executionArn']}" in alert.body


def test_an_incident_is_told_once_however_often_it_is_checked(
    operator: Operator, nightly: Pipelines, inbox: Inbox
) -> None:
    failed, missing = nightly.run("failed", FAILS), nightly.make("missing", SUCCEEDS)

    first = operator.invoke("ExecutionWatchdog", {"SFN_ARN": failed})
    second = operator.invoke("ExecutionWatchdog", {"SFN_ARN": failed})
    operator.invoke("ExecutionWatchdog", {"SFN_ARN": missing})

    assert (first["verdict"], first["alerted"]) == ("failed", True)
    assert (second["verdict"], second["alerted"]) == ("failed", False)
    assert [alert.attributes["verdict"] for alert in inbox.wait_for(2)] == ["failed", "missing"]


def test_a_later_failure_of_the_same_pipeline_is_another_incident(
    operator: Operator, nightly: Pipelines, inbox: Inbox
) -> None:
    machine = nightly.run("failed", FAILS)
    operator.invoke("ExecutionWatchdog", {"SFN_ARN": machine})
    operator.finished(operator.start(machine, name="tomorrow", input={}))

    operator.invoke("ExecutionWatchdog", {"SFN_ARN": machine})

    assert ["Run: tonight" in alert.body for alert in inbox.wait_for(2)] == [True, False]
    assert "Run: tomorrow" in inbox.alerts[1].body


def test_a_subscriber_can_choose_the_verdicts_that_reach_them(
    operator: Operator, nightly: Pipelines, inbox: Inbox
) -> None:
    missing, failed = nightly.make("missing", SUCCEEDS), nightly.run("failed", FAILS)

    with subscribed(
        operator, f"{nightly.prefix}-failures", pipeline=[{"prefix": nightly.prefix}], verdict=["failed"]
    ) as failures:
        operator.invoke("ExecutionWatchdog", {"SFN_ARN": missing})
        operator.invoke("ExecutionWatchdog", {"SFN_ARN": failed})
        failures.wait_for(1)
        chosen = failures.verdicts()

    assert chosen == {nightly.name("failed"): "failed"}
    assert len(inbox.wait_for(2)) == 2
