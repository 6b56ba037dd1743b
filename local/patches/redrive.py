"""RedriveExecution."""

import contextvars
import re
import threading
from datetime import UTC, datetime
from typing import Any

from local.patches import redrive_rules
from local.patches.patching import Answer, Function, Params, patch
from local.patches.requests import fields, operation

EXECUTION_ARN = re.compile(r"arn:aws[a-z-]*:states:[^:]+:\d{12}:execution:[^:]+:[^:]+")
CLIENT_TOKEN = re.compile(r"[!-~]{1,64}")


@patch("services.stepfunctions", "handle_request")
def redrive_exists(original: Function) -> Function:
    """AWS lets a run that did not succeed go on from the state that it was in. MiniStack calls the operation
    unknown.

    A Parallel or Map state is run again as a whole here, not only its unsuccessful branches. IAM is enforced
    before this point, as for every other operation.
    """

    async def handle_request(
        method: str, path: str, headers: Params, body: bytes, query_params: Params
    ) -> Answer:
        from ministack.services import stepfunctions

        if operation(headers) == "RedriveExecution":
            redriven: Answer = stepfunctions._finalize_response(_redrive(**fields(body)))
            return redriven
        answer: Answer = await original(method, path, headers, body, query_params)
        return answer

    return handle_request


def _redrive(*, executionArn: str = "", clientToken: str = "", **_: Any) -> Answer:  # noqa: N803
    from ministack.core.responses import json_response, new_uuid
    from ministack.services import stepfunctions

    token = clientToken or new_uuid()
    if not EXECUTION_ARN.fullmatch(executionArn):
        return _error("InvalidArn", f"Invalid Arn: '{executionArn}'")
    if not CLIENT_TOKEN.fullmatch(token):
        return _error("ValidationException", "clientToken is 1 to 64 printable ASCII characters")
    execution = stepfunctions._executions.get(executionArn)
    if execution is None:
        return _error("ExecutionDoesNotExist", f"Execution Does Not Exist: '{executionArn}'")
    date = redrive_rules.answered_before(execution, token, _now())
    if date is None:
        reason = redrive_rules.not_redrivable_because(execution, _now())
        if reason:
            return _error("ExecutionNotRedrivable", reason)
        date = _go_on(execution, token)
    answer: Answer = json_response({"redriveDate": date})
    return answer


def _go_on(execution: Params, token: str) -> str:
    from ministack.services import stepfunctions

    date, count = str(stepfunctions.now_iso()), execution.get("redriveCount", 0) + 1
    execution["redrives"] = [*execution.get("redrives", ()), {"token": token, "redriveDate": date}]
    # The count first: threads of the attempt before tell by it that RUNNING is not said of them.
    execution |= {"redriveCount": count, "redriveDate": date, "error": None, "cause": None, "output": None}
    execution |= {"stopDate": None, "status": "RUNNING"}
    details = {"executionRedrivenEventDetails": {"redriveCount": count}}
    stepfunctions._add_event(execution, "ExecutionRedriven", details)
    stepfunctions._emit_execution_status_event(execution)
    run = contextvars.copy_context().run
    arguments = (stepfunctions._run_execution, execution["executionArn"])
    threading.Thread(target=run, args=arguments, daemon=True).start()
    return date


def _error(code: str, message: str) -> Answer:
    from ministack.core.responses import error_response_json

    answer: Answer = error_response_json(code, message, 400)
    return answer


def _now() -> datetime:
    return datetime.now(UTC)
