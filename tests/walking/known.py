"""What of the Amazon States Language the walker knows; anything else it refuses, and ignores nothing."""

from typing import Any

from tests.walking.tasks import RESOURCES

MACHINE = {"Comment", "QueryLanguage", "StartAt", "TimeoutSeconds", "States"}
ALL = {"Type", "Comment"}
ON = {"Next", "End", "Assign", "Output"}
STATES = {
    "Task": ALL | ON | {"Resource", "Arguments", "TimeoutSeconds", "Retry", "Catch"},
    "Choice": ALL | {"Choices", "Default", "Assign", "Output"},
    "Wait": ALL | ON | {"Seconds", "Timestamp"},
    "Pass": ALL | ON,
    "Succeed": ALL | {"Output"},
    "Fail": ALL | {"Error", "Cause"},
}
RULE = {"Comment", "Condition", "Next", "Assign", "Output"}
RETRIER = {
    "Comment", "ErrorEquals", "IntervalSeconds", "BackoffRate", "MaxAttempts", "MaxDelaySeconds",
    "JitterStrategy",
}  # fmt: skip
CATCHER = {"Comment", "ErrorEquals", "Next", "Assign", "Output"}


def check(definition: dict[str, Any]) -> dict[str, Any]:
    """The definition, which the walker can walk. Raises NotImplementedError."""
    _only(definition, MACHINE, "the state machine")
    if definition.get("QueryLanguage") != "JSONata":
        raise NotImplementedError("the walker knows JSONata alone")
    for name, state in definition["States"].items():
        if state["Type"] not in STATES:
            raise NotImplementedError(f"the walker knows no {state['Type']}: {name}")
        _only(state, STATES[state["Type"]], name)
        for field, known in (("Choices", RULE), ("Retry", RETRIER), ("Catch", CATCHER)):
            for each in state.get(field, []):
                _only(each, known, f"{name}, {field}")
        if state["Type"] == "Task" and state["Resource"] not in RESOURCES:
            raise NotImplementedError(f"the walker does not know {state['Resource']}: {name}")
    return definition


def _only(it: dict[str, Any], known: set[str], where: str) -> None:
    if unknown := it.keys() - known:
        raise NotImplementedError(f"the walker does not know {sorted(unknown)}: {where}")
