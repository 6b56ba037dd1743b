"""Step Functions where an error has another name than on AWS."""

import json
from typing import Any

from local.patches.patching import Function, patch


@patch("services.stepfunctions", "_call_lambda")
def a_throttled_function_is_too_many_requests(original: Function) -> Function:
    """AWS fails a Task whose function is throttled with `Lambda.TooManyRequestsException`.

    MiniStack says `Lambda.Unknown`, which no Retry that follows AWS's advice names.
    """

    def _call_lambda(func_ref: str, event: Any) -> Any:
        from ministack.services.stepfunctions import _ExecutionError

        try:
            return original(func_ref, event)
        except _ExecutionError as error:
            if error.error == "Lambda.Unknown" and _is_throttle(error.cause):
                raise _ExecutionError("Lambda.TooManyRequestsException", error.cause) from error
            raise

    return _call_lambda


def _is_throttle(cause: str) -> bool:
    try:
        return bool(json.loads(cause).get("__type") == "TooManyRequestsException")
    except (ValueError, AttributeError):
        return False
