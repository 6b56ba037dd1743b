"""What is to be seen of executions."""

import json
from datetime import UTC, datetime

from local.patches import redrive_rules
from local.patches.patching import Answer, Function, Params, patch

DEFAULT_PAGE = 100


@patch("services.stepfunctions", "_describe_execution")
def a_run_says_whether_it_can_be_redriven(original: Function) -> Function:
    """AWS describes a run with its redrives, an output only if it succeeded, and without input and output on
    demand. MiniStack knows no redrives, gives the error as the output of a failed run, and always says all.
    """

    def _describe_execution(data: Params) -> Answer:
        from ministack.services import stepfunctions

        status, headers, body = original(data)
        if status != 200:
            return status, headers, body
        execution = stepfunctions._executions[data["executionArn"]]
        reason = redrive_rules.not_redrivable_because(execution, datetime.now(UTC))
        described = json.loads(body) | _redrives(execution)
        described["redriveStatus"] = "NOT_REDRIVABLE" if reason else "REDRIVABLE"
        if reason:
            described["redriveStatusReason"] = reason
        if execution["status"] != "SUCCEEDED":
            described |= {"output": None, "outputDetails": None}
        if data.get("includedData") == "METADATA_ONLY":
            left_out = {"included": False}
            described |= {"input": None, "output": None, "inputDetails": left_out, "outputDetails": left_out}
        return status, headers, json.dumps(described).encode()

    return _describe_execution


@patch("services.stepfunctions", "_list_executions")
def runs_are_listed_with_their_redrives(original: Function) -> Function:
    """AWS lists runs with their redrives, 100 on a page if nothing is said, and knows which machines exist.

    MiniStack knows no redrives, gives 1,000, and has an empty list for a machine that does not exist.
    """

    def _list_executions(data: Params) -> Answer:
        from ministack.core.responses import error_response_json
        from ministack.services import stepfunctions

        machine = data.get("stateMachineArn")
        if machine and stepfunctions._resolve_state_machine_arn(machine) is None:
            message = f"State Machine Does Not Exist: '{machine}'"
            unknown: Answer = error_response_json("StateMachineDoesNotExist", message, 400)
            return unknown
        asked = data | {"maxResults": data.get("maxResults") or DEFAULT_PAGE}
        status, headers, body = original(asked)
        listed = json.loads(body)
        for each in listed.get("executions", ()):
            each |= _redrives(stepfunctions._executions[each["executionArn"]])
        return status, headers, json.dumps(listed).encode()

    return _list_executions


@patch("services.stepfunctions", "_execution_sort_key")
def a_redriven_run_is_listed_by_its_redrive(original: Function) -> Function:
    """AWS sorts a running execution by its redrive, if there was one. MiniStack knows its start alone."""

    def _execution_sort_key(execution: Params) -> tuple[str, str]:
        from ministack.services import stepfunctions

        redriven = (stepfunctions._executions.get(execution["executionArn"]) or {}).get("redriveDate")
        if redriven and not execution.get("stopDate"):
            return redriven, execution["executionArn"]
        moment, arn = original(execution)
        return moment, arn

    return _execution_sort_key


def _redrives(execution: Params) -> Params:
    date = execution.get("redriveDate")
    return {"redriveCount": execution.get("redriveCount", 0)} | ({"redriveDate": date} if date else {})
