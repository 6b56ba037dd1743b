"""The events that Step Functions emits when an execution changes its status.

https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
"""

import json

from local.patches.patching import Function, Params, patch

MAX_ESCAPED_BYTES = 248 * 1024
WITH_A_RESULT = {"FAILED": ("error", "cause"), "SUCCEEDED": ("output",)}
# AWS's own example of such an event; DescribeExecution has neither of them.
TIMED_OUT = {"error": "States.Timeout", "cause": "An error occurred."}
# As the documentation says it, though ABORTED executions can be redriven.
REDRIVABLE = ("FAILED", "TIMED_OUT")


@patch("services.stepfunctions", "_emit_execution_status_event")
def status_events_know_redrives(original: Function) -> Function:  # noqa: ARG001
    """AWS's status events count redrives, say how a run timed out, and leave the input out if the escaped
    input and output are more than 248 KiB; EXPRESS executions emit none.

    MiniStack knows neither redrives nor TIMED_OUT, and measures input and output one by one, unescaped.
    """

    def _emit_execution_status_event(execution: Params) -> None:
        from ministack.services import eventbridge

        if execution.get("sync") or execution.get("machine", {}).get("type") == "EXPRESS":
            return
        entry = {
            "Source": "aws.states",
            "DetailType": "Step Functions Execution Status Change",
            "Detail": json.dumps(_detail(execution)),
            "Resources": [execution["executionArn"]],
        }
        eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)

    return _emit_execution_status_event


def _detail(execution: Params) -> Params:
    status = execution["status"]
    is_redrivable = status in REDRIVABLE
    said = "is redrivable" if is_redrivable else "cannot be redriven"
    result = {name: execution.get(name) for name in WITH_A_RESULT.get(status, ())}
    return {
        **{name: execution[name] for name in ("executionArn", "stateMachineArn", "name", "status")},
        **{name: _milliseconds(execution.get(name)) for name in ("startDate", "stopDate", "redriveDate")},
        **_payloads(execution["input"], result.pop("output", None)),
        "stateMachineVersionArn": None,
        "stateMachineAliasArn": None,
        "redriveCount": execution.get("redriveCount", 0),
        "redriveStatus": "REDRIVABLE" if is_redrivable else "NOT_REDRIVABLE",
        "redriveStatusReason": f"Execution is {status} and {said}",
        "error": None,
        "cause": None,
        **(TIMED_OUT if status == "TIMED_OUT" else result),
    }


def _payloads(given: str, output: str | None) -> Params:
    has_output = _escaped_bytes(output) <= MAX_ESCAPED_BYTES
    has_input = _escaped_bytes(given) + _escaped_bytes(output) <= MAX_ESCAPED_BYTES
    return {
        "input": given if has_input else None,
        "inputDetails": {"included": has_input},
        "output": output if has_output else None,
        "outputDetails": None if output is None else {"included": has_output},
    }


def _escaped_bytes(payload: str | None) -> int:
    return len(json.dumps(payload, ensure_ascii=False).encode()) - len('""') if payload else 0


def _milliseconds(date: str | None) -> int | None:
    from ministack.services import stepfunctions

    milliseconds: int | None = stepfunctions._iso_to_epoch_ms(date)
    return milliseconds
