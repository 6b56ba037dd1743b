"""How Stepkeeper is told of a failed execution: by EventBridge, or by a Catch in the machine itself."""

import json
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from tests.simulated.executions import Execution
from tests.template import ACCOUNT, REGION

SHOWN_BYTES = 248 * 1024
"""What escaped input and output may come to together; input is left out first (EventBridge integration)."""


def status_change(execution: Execution) -> dict[str, Any]:
    """The event of EventBridge about what an execution has come to just now."""
    redrivable = execution.status in ("FAILED", "TIMED_OUT")
    told = "is redrivable" if redrivable else "cannot be redriven"
    input, output = execution.input, execution.output
    shown = len(json.dumps(input)) + len(json.dumps(output or "")) <= SHOWN_BYTES
    moment = execution.stopped_at or execution.redriven_at or execution.started_at
    return {
        "version": "0",
        "id": str(uuid5(NAMESPACE_URL, f"{execution.arn}/{execution.status}/{execution.redrive_count}")),
        "detail-type": "Step Functions Execution Status Change",
        "source": "aws.states",
        "account": ACCOUNT,
        "time": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": REGION,
        "resources": [execution.arn],
        "detail": {
            "executionArn": execution.arn,
            "stateMachineArn": execution.machine.arn,
            "name": execution.name,
            "status": execution.status,
            "startDate": _milliseconds(execution.started_at),
            "stopDate": _milliseconds(execution.stopped_at),
            "input": input if shown else None,
            "inputDetails": {"included": shown},
            "output": output,
            "outputDetails": {"included": True} if output else None,
            "stateMachineVersionArn": None,
            "stateMachineAliasArn": None,
            "redriveCount": execution.redrive_count,
            "redriveDate": _milliseconds(execution.redriven_at),
            # Of an aborted one it says what the API does not (EventBridge integration, samples).
            "redriveStatus": "REDRIVABLE" if redrivable else "NOT_REDRIVABLE",
            "redriveStatusReason": f"Execution is {execution.status} and {told}",
            "error": execution.error,
            "cause": execution.cause,
        },
    }


def caught(execution: Execution, *, state: str, error: str, cause: str = "") -> dict[str, Any]:
    """What a Catch hands to the error spooler, while the execution still runs."""
    started = execution.started_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {
        "execution": {
            "id": execution.arn,
            "name": execution.name,
            "input": json.loads(execution.input),
            "startTime": started,
            "redriveCount": execution.redrive_count,
        },
        "stateMachine": {"id": execution.machine.arn, "name": execution.machine.name},
        "state": state,
        "error": {"Error": error, "Cause": cause},
    }


def _milliseconds(moment: datetime | None) -> int | None:
    return round(moment.timestamp() * 1000) if moment else None
