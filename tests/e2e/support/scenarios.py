"""For each function, calls that need every action of its policy; they raise FunctionFailed if one fails."""

import json
import uuid
from collections.abc import Callable
from typing import Any

from local.deployed import Operator
from tests.e2e.support.export_scenarios import audit_a_second_run, export_a_month
from tests.e2e.support.gates_of_the_map import follow_a_chain, reconcile_a_chain, tick_through_an_incident
from tests.e2e.support.loads import put_sql
from tests.e2e.support.pipelines import FAILS, pipelines
from tests.e2e.support.resources import renew
from tests.e2e.support.spool_scenarios import (
    EVENTS,
    answer_failures,
    find_a_lost_event,
    send_an_old_message_anew,
    spool_failures,
)


def tell_of_a_failure(operator: Operator) -> Any:
    """Checks a pipeline whose run has failed, and judges those of the map."""
    renew(operator, "ExecutionWatchdog")
    tick_through_an_incident(operator)
    with pipelines(operator) as nightly:
        return operator.invoke("ExecutionWatchdog", {"SFN_ARN": nightly.run("failed", FAILS)})


def run_queries(operator: Operator) -> Any:
    """Runs the same SQL on both engines, and is asked for BigQuery's credentials anew."""
    put_sql(operator, "scenarios/value.sql", "SELECT @value AS value")
    renew(operator, "QueryRunner")
    event = json.loads((EVENTS / "query_runner.json").read_text())
    event["databaseInformation"]["sqlTemplatePath"] = "scenarios/value.sql"
    return [
        operator.invoke("QueryRunner", event | {"engine": engine, "parameters": {"value": 1}})
        for engine in ("athena", "bigquery")
    ]


def notify_everybody(operator: Operator) -> Any:
    """Tells the same in a Slack channel, the webhook of which is read anew, in the chat, and by e-mail."""
    renew(operator, "Notifier")
    return [
        operator.invoke("Notifier", {"text": "A scenario is played.", "channel": channel})
        for channel in ("#batch", "chat", "email")
    ]


def take_a_load_over(operator: Operator) -> Any:
    """Claims a load whose run has ended, for another run."""
    event = json.loads((EVENTS / "load_claimer_claim.json").read_text())
    runs = operator.output("LoadWhenReadyArn").replace(":stateMachine:", ":execution:")
    event["input"]["load"] = f"scenario-{uuid.uuid4().hex[:8]}"
    return [
        operator.invoke("LoadClaimer", event | {"execution": event["execution"] | {"id": f"{runs}:{name}"}})
        for name in ("ended", "next")
    ]


SCENARIOS: dict[str, Callable[[Operator], Any]] = {
    "RuleToggler": follow_a_chain,
    "GateReconciler": reconcile_a_chain,
    "ExecutionWatchdog": tell_of_a_failure,
    "ErrorSpooler": spool_failures,
    "Reprocessor": answer_failures,
    "SpoolReconciler": find_a_lost_event,
    "SpoolRefresher": send_an_old_message_anew,
    "BucketChecker": audit_a_second_run,
    "LogExporter": export_a_month,
    "QueryRunner": run_queries,
    "Notifier": notify_everybody,
    "LoadClaimer": take_a_load_over,
}
"""By the names of the handlers in template.yaml."""
