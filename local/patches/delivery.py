"""Events on their way to functions: AWS invokes asynchronously, retries, and keeps what is throttled."""

import contextvars
import json
import time
from typing import Any

from local.patches.patching import Function, Params, patch

THROTTLE_PAUSE_SECONDS = 0.2

_asynchronous = contextvars.ContextVar("stepkeeper_asynchronous", default=False)


@patch("services.eventbridge", "_dispatch_to_lambda")
def a_rule_invokes_asynchronously(original: Function) -> Function:
    """AWS invokes the function of a rule or schedule asynchronously: two retries, then its destination.

    MiniStack invokes it once and forgets the event when the function fails.
    """

    def _dispatch_to_lambda(arn: str, payload: str) -> None:
        if not _invoke_asynchronously(arn, payload):
            original(arn, payload)

    return _dispatch_to_lambda


@patch("services.stepfunctions", "_invoke_resource")
def a_task_invokes_asynchronously_if_it_says_so(original: Function) -> Function:
    """On AWS a Task with `InvocationType` Event has succeeded when Lambda has taken the event.

    MiniStack waits for the function, and fails the Task if that fails.
    """

    def _invoke_resource(resource: str, input_data: Any) -> Any:
        from ministack.services import stepfunctions

        is_event = isinstance(input_data, dict) and input_data.get("InvocationType") == "Event"
        if not (is_event and "states:::lambda:invoke" in resource):
            return original(resource, input_data)
        reference = stepfunctions._resolve_lambda_function_ref(input_data.get("FunctionName", ""), True)
        if not _invoke_asynchronously(reference, json.dumps(input_data.get("Payload", {}))):
            cause = f"Function not found: {reference}"
            raise stepfunctions._ExecutionError("Lambda.ResourceNotFoundException", cause)
        return {"StatusCode": 202, "Payload": {}}

    return _invoke_resource


@patch("services.lambda_svc", "invoke_async_with_retry")
def an_asynchronous_invocation_is_known_as_one(original: Function) -> Function:
    """Tells `a_throttled_event_waits` which invocations AWS would have queued; changes nothing itself."""

    def invoke_async_with_retry(func: Params, event: Any) -> None:
        context = contextvars.copy_context()
        context.run(_asynchronous.set, True)
        context.run(original, func, event)

    return invoke_async_with_retry


@patch("services.lambda_svc", "_execute_function")
def a_throttled_event_waits(original: Function) -> Function:
    """AWS keeps a throttled asynchronous event for up to six hours and does not count it as a failure.

    MiniStack counts it as one of the three attempts, which are over within seconds.
    """

    def _execute_function(func: Params, event: Any) -> Params:
        result = original(func, event)
        while result.get("throttle") and _asynchronous.get():
            time.sleep(THROTTLE_PAUSE_SECONDS)
            result = original(func, event)
        return dict(result)

    return _execute_function


def _invoke_asynchronously(reference: str, payload: str) -> bool:
    """Hand the event to Lambda; False if there is no such function."""
    from ministack.services import lambda_svc

    function, config, _ = lambda_svc._get_func_record_for_ref(reference)
    if not function or not config:
        return False
    record = lambda_svc._execution_record_for_config(function, config)
    lambda_svc.invoke_async_with_retry(record, json.loads(payload))
    return True
