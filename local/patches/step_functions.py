"""Step Functions where a run goes on, ends or fails otherwise than on AWS."""

import json
from typing import Any

from local.patches import attempts
from local.patches.patching import Function, Params, patch


class RunWasStopped(Exception):
    """A run that was stopped has come to its next task."""


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


@patch("services.stepfunctions", "_add_event")
def a_stopped_run_starts_nothing_more(original: Function) -> Function:
    """On AWS a run that is stopped while a Task waits for its Retry never comes to that Retry.

    MiniStack calls the Task again, and again, as long as it fails. It would go on with that after a redrive.
    """

    def _add_event(execution: Params, event_type: str, details: Params | None = None) -> Params:
        is_next_task = event_type == "TaskScheduled" and execution["status"] != "RUNNING"
        if is_next_task or attempts.is_left_behind(execution):
            raise RunWasStopped(execution["executionArn"])
        return dict(original(execution, event_type, details))

    return _add_event


@patch("services.stepfunctions", "_fail_execution")
def a_stopped_run_stays_aborted(original: Function) -> Function:
    """On AWS a run that was stopped is ABORTED for good.

    MiniStack lets it become FAILED, with an event of its own, when the Task that it was in fails later.
    """

    def _fail_execution(execution: Params, error: str, cause: str) -> None:
        if attempts.is_under_way(execution):
            original(execution, error, cause)

    return _fail_execution


def _is_throttle(cause: str) -> bool:
    try:
        return bool(json.loads(cause).get("__type") == "TooManyRequestsException")
    except (ValueError, AttributeError):
        return False
