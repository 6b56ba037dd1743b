"""For each function around the spool, calls that need every action of its policy."""

import json
import uuid
from pathlib import Path
from typing import Any

from local.deployed import Operator
from tests.e2e.support.envelopes import an_envelope
from tests.e2e.support.pipelines import BREAKS, FAILS, SUCCEEDS, UNTOUCHED, Pipelines, pipelines
from tests.e2e.support.spool import put
from tests.e2e.support.upkeep import make_old, reconcile

EVENTS = Path(__file__).parents[3] / "events"
RUNS_OF_AN_OUTAGE = 3


def spool_failures(operator: Operator) -> Any:
    """Spools what a Catch sends, and a run the input of which its event leaves out."""
    caught = json.loads((EVENTS / "error_spooler_catch.json").read_text())
    with pipelines(operator, UNTOUCHED) as made:
        return [
            operator.invoke("ErrorSpooler", event) for event in (caught, _event_without_input(_failed(made)))
        ]


def answer_failures(operator: Operator) -> Any:
    """Quarantines a message, restarts a run, tells of an outage, and carries out a plan of redrives."""
    with pipelines(operator, UNTOUCHED) as made:
        put(operator, "SpoolQueueUrl", "no envelope")
        put(operator, "SpoolQueueUrl", an_envelope(made.make("orders", SUCCEEDS)))
        restarted = operator.invoke("Reprocessor", {"max": 1})
        failed, unknown = _failed(made), _run(made, "unknown", BREAKS)
        looked = operator.invoke("Reprocessor", {"action": "look", "watched": _failed_again(failed)})
        operator.invoke("ErrorSpooler", _event_without_input(failed))
        put(operator, "SpoolQueueUrl", _envelope_of(unknown))
        planned = operator.invoke("Reprocessor", {"action": "plan", "override": "redrive"})
        redriven = operator.invoke("Reprocessor", {"action": "run", "plan": planned["plan"]})
        return [restarted, looked, planned, redriven]


def find_a_lost_event(operator: Operator) -> Any:
    """Spools a run that nothing has told of."""
    with pipelines(operator, UNTOUCHED) as made:
        return reconcile(operator, _failed(made)["stateMachineArn"])


def send_an_old_message_anew(operator: Operator) -> Any:
    """Has an old message and a new one in the queue."""
    put(operator, "SpoolQueueUrl", "old")
    make_old(operator, "SpoolQueue")
    put(operator, "SpoolQueueUrl", "new")
    return operator.invoke("SpoolRefresher", {})


def _failed(made: Pipelines) -> dict[str, Any]:
    return _run(made, "failed", FAILS)


def _run(made: Pipelines, word: str, behaviour: dict[str, Any]) -> dict[str, Any]:
    [run] = made.operator.runs(made.run(word, behaviour))
    return run


def _envelope_of(run: dict[str, Any]) -> dict[str, Any]:
    return an_envelope(run["stateMachineArn"]) | {"execution_arn": run["executionArn"]}


def _event_without_input(run: dict[str, Any]) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((EVENTS / "error_spooler_status_change.json").read_text())
    names = {name: run[name] for name in ("executionArn", "stateMachineArn", "name", "status")}
    return event | {"detail": event["detail"] | names | {"input": None, "inputDetails": {"included": False}}}


def _failed_again(run: dict[str, Any]) -> list[dict[str, Any]]:
    """As if the run were what several others became."""
    return [
        {
            "lineage": uuid.uuid4().hex[:16],
            "attempt": 1,
            "state_machine_arn": run["stateMachineArn"],
            "execution_arn": run["executionArn"],
        }
        for _ in range(RUNS_OF_AN_OUTAGE)
    ]
