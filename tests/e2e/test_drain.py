"""drain_spool runs everything again while that goes well, stops when it does not, and says so once."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from local.deployed import Operator
from local.slack import Slack
from tests.e2e.support.alerts import Inbox, subscribed
from tests.e2e.support.drains import drain, notices_of
from tests.e2e.support.pipelines import FAILS, SUCCEEDS, Pipelines
from tests.e2e.support.resources import held
from tests.e2e.support.spool import fill
from tests.e2e.support.upkeep import reconcile

WATCHED = 10
LONG, SHORT = "$calls < 400", "$calls < 2"


@pytest.fixture
def alerts(operator: Operator, untouched: Pipelines) -> Iterator[Inbox]:
    """Gets the alerts about the pipelines of this test."""
    prefix = untouched.prefix
    with subscribed(operator, f"{prefix}-alerts", pipeline=[{"prefix": prefix}]) as subscription:
        yield subscription


def ends(operator: Operator, state_machine_arn: str) -> Counter[str]:
    """How many runs of a pipeline ended how, all of them."""
    operator.until(
        "all runs end", lambda: "RUNNING" not in {run["status"] for run in operator.runs(state_machine_arn)}
    )
    return Counter(run["status"] for run in operator.runs(state_machine_arn))


def test_a_drain_stops_at_the_first_ten_while_the_system_is_down_and_goes_on_when_it_is_up_again(
    operator: Operator, untouched: Pipelines, alerts: Inbox, slack: Slack
) -> None:
    pipeline = untouched.make("orders", FAILS)
    fill(operator, pipeline, 23)

    stopped = drain(operator, {})
    failed_again = ends(operator, pipeline)
    repaired = reconcile(operator, pipeline)
    spooled = held(operator, "SpoolQueueUrl")
    untouched.change(pipeline, SUCCEEDS)
    waits = operator.invoke("Reprocessor", {"action": "plan"})
    forced = operator.invoke("Reprocessor", {"action": "plan", "override": "restart"})
    drained = drain(operator, {"plan": forced["plan"], "batch": 10})

    assert (stopped["status"], stopped["error"]) == ("FAILED", "RunsFailingAgain")
    assert (failed_again, len(repaired), spooled) == ({"FAILED": WATCHED}, WATCHED, 23)
    [alert] = alerts.wait_for(1)
    assert alert.attributes == {"pipeline": untouched.name("orders"), "verdict": "failing_again"}
    assert [group["verdict"] for group in waits["groups"]] == ["wait"] * len(waits["groups"])
    assert (waits["count"], forced["count"]) == (23, 23)
    assert drained["status"] == "SUCCEEDED"
    assert ends(operator, pipeline) == {"FAILED": WATCHED, "SUCCEEDED": 23}
    assert held(operator, "SpoolQueueUrl") == 0
    assert runs_of(operator, drained) == [10, 10, 3]
    assert len(operator.history(drained["executionArn"])) < 100
    assert (notices_of(slack, stopped), notices_of(slack, drained)) == ([], [])
    assert len(alerts.read()) == 1


def test_five_thousand_runs_wait_while_their_system_is_down(
    operator: Operator, untouched: Pipelines, alerts: Inbox
) -> None:
    pipeline = untouched.make("orders", FAILS)
    fill(operator, pipeline, 5_000)

    stopped = [drain(operator, {}) for _ in range(2)]
    failed_again = ends(operator, pipeline)
    reconcile(operator, pipeline)

    assert [each["error"] for each in stopped] == ["RunsFailingAgain"] * 2
    assert failed_again == {"FAILED": WATCHED}
    assert held(operator, "SpoolQueueUrl") == 5_000
    alerts.wait_for(1)
    assert len(alerts.read()) == 1


@pytest.mark.parametrize(
    "request_", [{"plam": "1f0c2a9b"}, ["plan"], "plan"], ids=["misspelt", "list", "text"]
)
def test_a_request_that_is_not_understood_runs_nothing_ends_red_and_is_told(
    operator: Operator, nightly: Pipelines, slack: Slack, request_: Any
) -> None:
    pipeline = nightly.make("orders", SUCCEEDS)
    fill(operator, pipeline, 1)

    refused = drain(operator, request_)

    assert (refused["status"], refused["error"]) == ("FAILED", "InvalidDrain")
    [notice] = operator.until("people are told", lambda: notices_of(slack, refused))
    assert "Nothing was run." in notice
    assert operator.runs(pipeline) == []
    assert held(operator, "SpoolQueueUrl") == 1


def test_a_long_drain_goes_on_in_a_new_execution_where_it_was(operator: Operator, nightly: Pipelines) -> None:
    pipeline = nightly.make("orders", SUCCEEDS)
    fill(operator, pipeline, 12)
    deployed = operator.client("stepfunctions").describe_state_machine(
        stateMachineArn=operator.output("DrainSpoolArn")
    )["definition"]
    assert deployed.count(LONG) == 1
    copy = nightly.define("drain", deployed.replace(LONG, SHORT))

    first = operator.finished(operator.start(copy, name="tonight", input={"batch": 10, "rate": 50}))
    second = operator.finished(first["executionArn"] + "-1")

    assert [first["status"], second["status"]] == ["SUCCEEDED", "SUCCEEDED"]
    assert second["input"] == first["input"] | {"drain": "tonight", "continued": 1, "idle": 0}
    assert len(operator.runs(copy)) == 2
    assert ends(operator, pipeline) == {"SUCCEEDED": 12}
    assert held(operator, "SpoolQueueUrl") == 0


def runs_of(operator: Operator, drained: dict[str, Any]) -> list[int]:
    """How many runs each of the calls of a drain has started."""
    outputs = [
        json.loads(event["stateExitedEventDetails"]["output"])
        for event in operator.history(drained["executionArn"])
        if event.get("stateExitedEventDetails", {}).get("name") == "Run some again"
    ]
    return [answer["success"] for answer in outputs]
