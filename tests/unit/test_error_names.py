"""The names of errors, by which state machines know them."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore.loaders
import pytest

from stepkeeper import errors
from stepkeeper.exports import errors as export_errors

ROOT = Path(__file__).parents[2]
STATE_MACHINES = sorted((ROOT / "statemachines").glob("*.asl.json"))

FROM_THE_SERVICE = ("States.", "Lambda.", "Sandbox.", "StepFunctions.")
"""The prefixes of the errors that Step Functions and Lambda raise themselves."""


def names_in(value: Any) -> Iterator[str]:
    match value:
        case dict():
            yield from value.get("ErrorEquals", [])
            for item in value.values():
                yield from names_in(item)
        case list():
            for item in value:
                yield from names_in(item)


def own_errors() -> dict[str, type]:
    found = {**vars(errors), **vars(export_errors)}
    return {name: value for name, value in found.items() if isinstance(value, type)}


def sample_errors() -> set[str]:
    return {
        node.name
        for module in (ROOT / "src" / "stepkeeper" / "samples").glob("*.py")
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    }


def log_errors() -> set[str]:
    """What CloudWatch Logs can answer to the log exporter; boto3 makes a class of the same name of each."""
    shapes = botocore.loaders.Loader().load_service_model("logs", "service-2")["shapes"]
    return {name for name, shape in shapes.items() if shape.get("exception")}


@pytest.mark.parametrize("path", STATE_MACHINES, ids=lambda path: path.name)
def test_every_error_that_a_state_machine_waits_for_can_happen(path: Path) -> None:
    waited_for = set(names_in(json.loads(path.read_text(encoding="utf-8"))))

    known = own_errors().keys() | sample_errors() | log_errors()
    assert {name for name in waited_for if not name.startswith(FROM_THE_SERVICE)} <= known


def test_every_error_says_in_a_sentence_what_happened() -> None:
    for name, error in own_errors().items():
        assert (error.__doc__ or "").endswith("."), name


def test_every_error_of_its_own_is_raised_somewhere_in_the_product() -> None:
    source = "".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / "src" / "stepkeeper").rglob("*.py")
        if path.name != "errors.py"
    )

    own = set(own_errors())
    raised = {name for name in own if f"raise {name}(" in source or f"outages.named({name}," in source}
    assert own - raised == {"StepkeeperError"}
