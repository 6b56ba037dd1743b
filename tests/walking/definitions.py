"""Machines that a test writes in a few lines, and what came of walking them."""

import json
from typing import Any

from tests.walking.walk import Walk
from tests.walking.walker import Walker


def machine_of(*states: tuple[str, dict[str, Any]], **fields: Any) -> dict[str, Any]:
    """A definition that begins with the first state."""
    return {"QueryLanguage": "JSONata", "StartAt": states[0][0], "States": dict(states), **fields}


def calling(handler: str = "NotifierFunction", **fields: Any) -> dict[str, Any]:
    """A Task that invokes a function with its own input."""
    given = {"FunctionName": f"stepkeeper-{handler}", "Payload": "{% $states.input %}"}
    on = {} if "Next" in fields else {"End": True}
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Arguments": given,
        "Output": "{% $states.result.Payload %}",
        **on,
        **fields,
    }


DONE = {"Type": "Succeed"}
CAUGHT = {"ErrorEquals": ["States.ALL"], "Assign": {"error": "{% $states.errorOutput %}"}, "Next": "End"}


def walked(walker: Walker, definition: Any, given: Any = None) -> Walk:
    """An execution that has been walked to its end."""
    walk = walker.start(walker.add_definition(definition), "r1", given)
    walker.walk_all()
    return walk


def output(walk: Walk) -> Any:
    """What came of an execution that ended well."""
    assert walk.execution.status == "SUCCEEDED", (walk.execution.error, walk.execution.cause)
    return json.loads(walk.execution.output or "")


def passing(**fields: Any) -> dict[str, Any]:
    """A machine of one Pass state."""
    return machine_of(("Pass", {"Type": "Pass", "End": True, **fields}))


def types(walk: Walk) -> list[str]:
    """The history, event by event."""
    return [event["type"] for event in walk.execution.history]


def run(walker: Walker, task: dict[str, Any], given: Any = None) -> Walk:
    """An execution of one Task, begun."""
    return walker.start(walker.add_definition(machine_of(("Task", task), ("End", DONE))), "r1", given)


def waiting(seconds: int, **fields: Any) -> dict[str, Any]:
    """A machine that waits, and waits again where its input says so."""
    return machine_of(
        ("Wait", {"Type": "Wait", "Seconds": seconds, "Next": "Is it over?"}),
        (
            "Is it over?",
            {
                "Type": "Choice",
                "Choices": [{"Condition": "{% $states.input.forever %}", "Next": "Wait"}],
                "Default": "End",
            },
        ),
        ("End", DONE),
        **fields,
    )
