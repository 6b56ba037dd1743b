"""What every state machine of Stepkeeper keeps to, beyond being valid: each rule gives what breaks it."""

from collections.abc import Callable, Iterator
from typing import Any

from tests.contract.asl_notices import goes_on_untold, is_event
from tests.contract.machines import (
    PLACEHOLDER,
    Definition,
    function_of,
    reachable,
    states,
    timeout_of,
)

Rule = Callable[[Definition], list[str]]

NUMBERS = ("BackoffRate", "IntervalSeconds", "MaxAttempts", "MaxDelaySeconds", "Seconds", "TimeoutSeconds")
CAUGHT_ERROR = "$states.errorOutput"


def nothing_runs_for_ever(definition: Definition) -> list[str]:
    """The machine has a timeout and each Task, one that lets its function come to its own end.

    A Task that only hands an event over does not wait for its function.
    """
    found = [] if "TimeoutSeconds" in definition else ["the machine has no TimeoutSeconds"]
    for name, task in states(definition, "Task"):
        if "TimeoutSeconds" not in task:
            found.append(f"{name} has no TimeoutSeconds")
        elif not is_event(task) and task["TimeoutSeconds"] < timeout_of(function_of(task)):
            found.append(f"{name} is given up while its function still works")
    return found


def retries_are_considered(definition: Definition) -> list[str]:
    """A Retry names its errors, and gives way: longer each time, up to a cap, never in step with others.

    States.ALL is a name only with a Comment that says why it has to be everything.
    """
    found = []
    for where, retrier in _retriers(definition):
        if "States.ALL" in retrier["ErrorEquals"] and not retrier.get("Comment"):
            found.append(f"{where} retries everything and does not say why")
        if retrier.get("MaxAttempts") == 0:
            continue
        if missing := {"IntervalSeconds", "MaxAttempts", "MaxDelaySeconds"} - retrier.keys():
            found.append(f"{where} lacks {', '.join(sorted(missing))}")
        if retrier.get("BackoffRate", 1) <= 1:
            found.append(f"{where} does not wait longer each time")
        if retrier.get("JitterStrategy") != "FULL":
            found.append(f"{where} has no jitter")
    return found


def failures_end_red(definition: Definition) -> list[str]:
    """From the Next of a Catch no way leads to an end but a Fail state.

    A notice that could not be sent is no failure of what it tells of: the run may go on as if it had been.
    """
    return [
        f"the Catch of {name} can end in {end}, which is no Fail state"
        for name, state in states(definition)
        for catcher in state.get("Catch", [])
        if not goes_on_untold(state, catcher)
        for end in sorted(reachable(definition, catcher["Next"]))
        if definition["States"][end].get("End") or definition["States"][end]["Type"] == "Succeed"
    ]


def errors_are_kept(definition: Definition) -> list[str]:
    """A Catch passes on what was caught, and a Fail state says what went wrong."""
    found = [
        f"the Catch of {name} drops the error"
        for name, state in states(definition)
        for catcher in state.get("Catch", [])
        if CAUGHT_ERROR not in str([catcher.get("Output"), catcher.get("Assign")])
    ]
    return found + [
        f"{name} fails without {key}"
        for name, state in states(definition, "Fail")
        for key in ("Error", "Cause")
        if not state.get(key)
    ]


def numbers_are_numbers(definition: Definition) -> list[str]:
    """No number is quoted; what a Wait works out as it runs is the one exception."""
    return [
        f"{where} is {value!r}"
        for where, key, value in _fields(definition)
        if key in NUMBERS and isinstance(value, str) and not _is_worked_out(key, value)
    ]


def only_names_are_substituted(definition: Definition) -> list[str]:
    """Whatever the template fills in is all of a function's name: never a number, never part of a text.

    Takes the definition as it is in the file.
    """
    return [
        f"{where} is {value!r}"
        for where, key, value in _fields(definition)
        if PLACEHOLDER.search(str(value)) and not isinstance(value, dict | list)
        if key != "FunctionName" or not PLACEHOLDER.fullmatch(value)
    ]


def _retriers(definition: Definition) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, state in states(definition):
        for number, retrier in enumerate(state.get("Retry", [])):
            yield f"Retry {number} of {name}", retrier


def _is_worked_out(key: str, value: str) -> bool:
    return key == "Seconds" and value.startswith("{%") and value.endswith("%}")


def _fields(value: Any, where: str = "$") -> Iterator[tuple[str, str, Any]]:
    """Every field of a JSON document with its path and its key."""
    match value:
        case dict():
            for key, item in value.items():
                yield f"{where}.{key}", key, item
                yield from _fields(item, f"{where}.{key}")
        case list():
            for number, item in enumerate(value):
                yield f"{where}[{number}]", "", item
                yield from _fields(item, f"{where}[{number}]")
