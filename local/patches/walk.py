"""From state to state through a definition, noting before each where the run is."""

import json
from typing import Any

from local.patches import attempts
from local.patches.patching import Params

# Those that MiniStack hands the execution to.
CALLERS = frozenset({"Task", "Parallel", "Map"})


class StateDoesNotExist(Exception):
    """A definition leads to a state that it does not have."""


def to_the_end(execution: Params, definition: Params) -> Any:
    """Go on from where the run is until it has no next state or is over; gives the last output."""
    start = {"state": definition["StartAt"], "input": json.loads(execution["input"]), "variables": {}}
    is_redriven, point = "point" in execution, execution.setdefault("point", start)
    name, given = point["state"], point["input"]
    context = _context(execution, definition) | {"variables": dict(point["variables"])}
    while name and attempts.is_under_way(execution):
        state = definition["States"].get(name)
        if state is None:
            raise StateDoesNotExist(f"State '{name}' not found in definition")
        execution["point"] = {"state": name, "input": given, "variables": dict(context["variables"])}
        _enter(execution, name, state, given, context, is_redriven=is_redriven)
        output, following = _pass_through(execution, state, given, context)
        if attempts.is_under_way(execution):
            _note(execution, state, "Exited", {"name": name, "output": json.dumps(output)})
        name, given, is_redriven = following, output, False
    return given


def _enter(
    execution: Params, name: str, state: Params, given: Any, context: Params, *, is_redriven: bool
) -> None:
    from ministack.services import stepfunctions

    context["State"] = {"Name": name, "EnteredTime": stepfunctions.now_iso(), "RetryCount": 0}
    # A redriven run is in its state already; AWS enters only a Fail state once more.
    if not is_redriven or state["Type"] == "Fail":
        _note(execution, state, "Entered", {"name": name, "input": json.dumps(given)})


def _pass_through(execution: Params, state: Params, given: Any, context: Params) -> tuple[Any, str | None]:
    """The output of a state, and the state that comes next."""
    from ministack.services import stepfunctions

    kind = state["Type"]
    if kind == "Fail":
        raise stepfunctions._ExecutionError(*stepfunctions._fail_state_error(state, given, context))
    if kind == "Succeed":
        chosen = stepfunctions._apply_input_path(state, given, context)
        return stepfunctions._apply_output_path(state, chosen, context), None
    execute = getattr(stepfunctions, f"_execute_{kind.lower()}")
    output, following = execute(state, given, *([execution] if kind in CALLERS else []), context)
    return output, following


def _note(execution: Params, state: Params, what: str, details: Params) -> None:
    from ministack.services import stepfunctions

    kind = f"{state['Type']}State{what}"
    stepfunctions._add_event(execution, kind, {f"state{what}EventDetails": details})


def _context(execution: Params, definition: Params) -> Params:
    """The context object, as MiniStack makes it and with what AWS says in it of redrives."""
    redrives = {"RedriveCount": execution.get("redriveCount", 0)}
    if execution.get("redriveDate"):
        redrives["RedriveTime"] = execution["redriveDate"]
    return {
        "QueryLanguage": definition.get("QueryLanguage", "JSONPath"),
        "Execution": {
            "Id": execution["executionArn"],
            "Input": json.loads(execution["input"]),
            "Name": execution["name"],
            "StartTime": execution["startDate"],
            **redrives,
        },
        "StateMachine": {
            "Id": execution["stateMachineArn"],
            "Name": execution["stateMachineArn"].rpartition(":")[2],
        },
    }
