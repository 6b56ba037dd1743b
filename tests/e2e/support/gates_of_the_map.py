"""Calls about the gates of the map that need every action of the functions that look after them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from local.chain import GATES, INGEST, MAIL, REPORT, Chain
from local.chained import chain
from local.deployed import Operator
from tests.e2e.support.gates import THIRD_STATE
from tests.e2e.support.maps import closed_an_hour_ago, fail

SAMPLE = Path(__file__).parents[3] / "events" / "rule_toggler_status_change.json"
LAST = timedelta(minutes=20)
WITHIN = timedelta(hours=2, minutes=1)
"""The time that the ingest has, and a minute."""


def follow_a_chain(operator: Operator) -> Any:
    """Is told of a failure and of a success, after which missed starts are made up for."""
    with _failed_chain(operator) as made:
        run = next(run for run in made.runs(INGEST) if run["status"] == "FAILED")
        operator.invoke("RuleToggler", _ended(operator.describe(run["executionArn"])))
        closed_an_hour_ago(made, REPORT, MAIL)
        run = operator.finished(made.start(INGEST, "again"))
        return operator.invoke("RuleToggler", _ended(run))


def reconcile_a_chain(operator: Operator) -> Any:
    """Finds a failure and a success that no event has told of, and makes up for what was missed."""
    with _failed_chain(operator) as made:
        operator.invoke("GateReconciler", {})
        closed_an_hour_ago(made, REPORT, MAIL)
        operator.finished(made.start(INGEST, "again"))
        return operator.invoke("GateReconciler", {})


def tick_through_an_incident(operator: Operator) -> None:
    """The ingest has missed its deadline a minute ago; later it recovers."""
    start = datetime.now(UTC).replace(second=0, microsecond=0)
    with chain(operator, report_at=start, mail_at=start, ingest_at=start - WITHIN) as made:
        fail(operator, made, INGEST)
        operator.invoke("ExecutionWatchdog", {})
        operator.finished(made.start(INGEST, "again"))
        operator.invoke("GateReconciler", {})
        operator.invoke("ExecutionWatchdog", {})


@contextmanager
def _failed_chain(operator: Operator) -> Iterator[Chain]:
    """The ingest has failed, and the gate of the report is a rule in the third state.

    Of the report's start yesterday it is not known whether it happened.
    """
    start = datetime.now(UTC).replace(second=0, microsecond=0) - LAST
    with chain(operator, report_at=start, mail_at=start) as made:
        operator.finished(made.start(REPORT, "well"))
        fail(operator, made, INGEST)
        rule = operator.client("events").describe_rule(Name="start-report")
        operator.client("events").put_rule(
            Name="start-report", ScheduleExpression=rule["ScheduleExpression"], State=THIRD_STATE
        )
        _unsettled(operator, start - timedelta(days=1))
        yield made


def _unsettled(operator: Operator, start: datetime) -> None:
    """The gate of the report was opened just after this start."""
    gate, closed_at = GATES[REPORT], (start - LAST).isoformat()
    item = {
        "pk": "missed",
        "sk": f"{gate}#{closed_at}",
        "kind": "rule",
        "group": "default",
        "name": gate.rpartition("/")[2],
        "closed_at": closed_at,
        "opened_at": (start + timedelta(seconds=10)).isoformat(),
    }
    operator.client("dynamodb").put_item(
        TableName=operator.output("StateTableName"),
        Item={name: {"S": value} for name, value in item.items()},
    )


def _ended(run: dict[str, Any]) -> dict[str, Any]:
    """The event of the end of a run."""
    event: dict[str, Any] = json.loads(SAMPLE.read_text())
    event["detail"] |= {
        "executionArn": run["executionArn"],
        "stateMachineArn": run["stateMachineArn"],
        "name": run["name"],
        "status": run["status"],
        "startDate": round(run["startDate"].timestamp() * 1000),
        "stopDate": round(run["stopDate"].timestamp() * 1000),
    }
    return event
