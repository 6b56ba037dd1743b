"""A run of a state machine, from the state that it is in to its end or to the end of its time."""

import contextlib
import contextvars
import json
import threading
import time
from collections.abc import Iterator

from local.patches import attempts, walk
from local.patches.patching import Function, Params, patch

# MiniStack's own, from a start to the first state.
STARTING_SECONDS = 0.15


@patch("services.stepfunctions", "_run_execution")
def a_run_knows_where_it_is(original: Function) -> Function:
    """On AWS a run that failed can go on from the state that it was in, and one that takes longer than the
    `TimeoutSeconds` of its state machine is TIMED_OUT.

    MiniStack keeps neither that state nor its input and variables, and knows no such limit.
    """

    def _run_execution(exec_arn: str) -> None:
        from ministack.services import stepfunctions

        execution = stepfunctions._executions.get(exec_arn) or {}
        if "point" not in execution:
            time.sleep(STARTING_SECONDS)
        definition = _definition(execution)
        # What has no events on AWS, and what cannot begin, is left to MiniStack.
        if execution.get("sync") or definition.get("StartAt") not in definition.get("States", ()):
            original(exec_arn)
            return
        attempts.begin(execution)
        with _time_limit(execution, definition.get("TimeoutSeconds")):
            try:
                output = walk.to_the_end(execution, definition)
            except stepfunctions._ExecutionError as error:
                stepfunctions._fail_execution(execution, error.error, error.cause)
            except Exception as error:
                stepfunctions._fail_execution(execution, "States.Runtime", str(error))
                raise
            else:
                _succeed(execution, json.dumps(output))

    return _run_execution


def _definition(execution: Params) -> Params:
    from ministack.services import stepfunctions

    machine = execution.get("machine") or stepfunctions._state_machines.get(execution.get("stateMachineArn"))
    try:
        return dict(json.loads(machine["definition"])) if machine else {}
    except ValueError:
        return {}


def _succeed(execution: Params, output: str) -> None:
    from ministack.services import stepfunctions

    if attempts.is_under_way(execution):
        execution |= {"output": output, "stopDate": stepfunctions.now_iso(), "status": "SUCCEEDED"}
        details = {"executionSucceededEventDetails": {"output": output}}
        stepfunctions._add_event(execution, "ExecutionSucceeded", details)
        stepfunctions._emit_execution_status_event(execution)


@contextlib.contextmanager
def _time_limit(execution: Params, seconds: float | None) -> Iterator[None]:
    """End the run TIMED_OUT if the block takes longer; its thread then finds that the run is over."""
    if seconds is None:
        yield
        return
    timer = threading.Timer(seconds, contextvars.copy_context().run, [_time_out, execution])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _time_out(execution: Params) -> None:
    from ministack.services import stepfunctions

    if attempts.is_under_way(execution):
        execution |= {"stopDate": stepfunctions.now_iso(), "status": "TIMED_OUT"}
        stepfunctions._add_event(execution, "ExecutionTimedOut", {"executionTimedOutEventDetails": {}})
        stepfunctions._emit_execution_status_event(execution)
