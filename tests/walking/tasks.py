"""What a Task calls: a function, which is waited for or not, or the start of an execution."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.simulated.functions import Invoked
from tests.simulated.refusal import Refusal, only
from tests.simulated.simulation import Simulation
from tests.walking.errors import StateError
from tests.wire import Crash

Handler = Callable[[Any], Any]
StandIns = dict[str, Handler]
"""What a test has instead of handlers, by their modules' names."""


def invoke(simulation: Simulation, stand_ins: StandIns, arguments: dict[str, Any]) -> dict[str, Any]:
    """lambda:invoke. Raises the handler's error by its class, or Lambda's own by its code."""
    only(arguments, "FunctionName", "InvocationType", "Payload")
    payload, kind = arguments["Payload"], arguments.get("InvocationType", "RequestResponse")
    world = simulation.world
    try:
        if kind == "Event":
            world.call("lambda", "Invoke", {**arguments, "Payload": json.dumps(payload)})
            return {"ExecutedVersion": "$LATEST", "Payload": {}, "StatusCode": 202}
        if kind != "RequestResponse":
            raise NotImplementedError(f"the walker does not know InvocationType={kind}")
        world.faults.check("Invoke", arguments)
        handler = Invoked(world.functions.named(arguments["FunctionName"]), payload).handler
    except Refusal as refusal:
        raise _refused("Lambda", refusal) from refusal
    answer = _answer(simulation, stand_ins.get(handler), handler, payload)
    return {"ExecutedVersion": "$LATEST", "Payload": answer, "StatusCode": 200}


def start_execution(simulation: Simulation, _: StandIns, arguments: dict[str, Any]) -> dict[str, Any]:
    """states:startExecution. Raises Step Functions' error."""
    only(arguments, "StateMachineArn", "Name", "Input")
    sent = {"stateMachineArn": arguments["StateMachineArn"], "input": json.dumps(arguments.get("Input", {}))}
    if "Name" in arguments:
        sent["name"] = arguments["Name"]
    try:
        told = simulation.world.call("stepfunctions", "StartExecution", sent)
    except Refusal as refusal:
        raise _refused("StepFunctions", refusal) from refusal
    return {"ExecutionArn": told["executionArn"], "StartDate": told["startDate"].isoformat()}


Call = Callable[[Simulation, StandIns, dict[str, Any]], dict[str, Any]]
RESOURCES: dict[str, tuple[str, str, Call]] = {
    "arn:aws:states:::lambda:invoke": ("lambda", "invoke", invoke),
    "arn:aws:states:::states:startExecution": ("states", "startExecution", start_execution),
}
"""With the names that events have for it."""


def _answer(simulation: Simulation, stand_in: Handler | None, handler: str, payload: Any) -> Any:
    try:
        if stand_in:
            return json.loads(json.dumps(stand_in(json.loads(json.dumps(payload)))))
        return simulation.invoke(handler, payload)
    except Crash as crash:
        simulation.wire.restart()
        message = f"Task timed out: {crash}"
        raise StateError("Sandbox.Timedout", _told("Sandbox.Timedout", message)) from crash
    except (NotImplementedError, AssertionError):
        raise  # which is about the test itself
    except Exception as error:
        name = type(error).__name__
        raise StateError(name, _told(name, str(error))) from error


def _told(error: str, message: str) -> str:
    """The answer of a function that failed, without the stack."""
    return json.dumps({"errorMessage": message, "errorType": error}, ensure_ascii=False)


def _refused(service: str, refusal: Refusal) -> StateError:
    """AWS's error as a service integration names it."""
    code, message = (refusal.parsed["Error"][name] for name in ("Code", "Message"))
    return StateError(f"{service}.{code.removesuffix('Exception')}Exception", message)


def check_time(began: Any, ended: Any, state: dict[str, Any]) -> None:
    """Raises States.Timeout where a call took longer than its Task may."""
    if ended - began > timedelta(seconds=state.get("TimeoutSeconds", 99_999_999)):
        raise StateError("States.Timeout")
