"""For each function, calls that need every action of its policy; they raise FunctionFailed if one fails."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from local.deployed import Operator
from tests.e2e.support.envelopes import an_envelope
from tests.e2e.support.gates import furnished_gates, sample_gates
from tests.e2e.support.months import LOG_GROUP, last_months, log_group
from tests.e2e.support.pipelines import FAILS, pipelines
from tests.e2e.support.spool import put

EVENTS = Path(__file__).parents[3] / "events"


def toggle_gates(operator: Operator) -> Any:
    """Closes and opens a rule, a rule in the third state, and a schedule."""
    with furnished_gates(operator) as furnished:
        request = {"targets": [*sample_gates(operator).names[:1], *furnished.names]}
        operator.invoke("RuleToggler", request | {"action": "disable"})
        return operator.invoke("RuleToggler", request | {"action": "enable"})


def tell_of_a_failure(operator: Operator) -> Any:
    """Checks a pipeline whose run has failed."""
    with pipelines(operator) as nightly:
        return operator.invoke("ExecutionWatchdog", {"SFN_ARN": nightly.run("failed", FAILS)})


def spool_a_failure(operator: Operator) -> Any:
    """Spools what a Catch sends."""
    return operator.invoke("ErrorSpooler", json.loads((EVENTS / "error_spooler_catch.json").read_text()))


def reprocess_the_spool(operator: Operator) -> Any:
    """Puts one message into quarantine and runs another."""
    put(operator, "SpoolQueueUrl", "no envelope")
    put(operator, "SpoolQueueUrl", an_envelope(operator.output("GuardedPipelineArn")))
    return operator.invoke("Reprocessor", {"max": 1})


def find_a_month(operator: Operator) -> Any:
    """Looks for the next month to export."""
    months = last_months(3)
    with log_group(operator, LOG_GROUP, [], created=months[0].start):
        return operator.invoke("BucketChecker", {})


def export_a_month(operator: Operator) -> Any:
    """Starts an export, waits until it is complete, and records it."""
    [month] = last_months(1)
    with log_group(operator, LOG_GROUP, [month], created=month.start):
        task = operator.invoke("LogExporter", {"action": "start", "period": month.as_period(LOG_GROUP)})
        operator.until(
            "the export is complete",
            lambda: operator.invoke("LogExporter", {"action": "check"} | task) == {"progress": "completed"},
        )
        return operator.invoke(
            "LogExporter", {"action": "record", "period": month.as_period(LOG_GROUP)} | task
        )


SCENARIOS: dict[str, Callable[[Operator], Any]] = {
    "RuleToggler": toggle_gates,
    "ExecutionWatchdog": tell_of_a_failure,
    "ErrorSpooler": spool_a_failure,
    "Reprocessor": reprocess_the_spool,
    "BucketChecker": find_a_month,
    "LogExporter": export_a_month,
}
"""By the names of the handlers in template.yaml."""
