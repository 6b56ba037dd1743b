"""The state machines of template.yaml, each with its definition as it is deployed."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.contract.stack import resources, template
from tests.template import ACCOUNT, PATH, REGION

Definition = dict[str, Any]
State = dict[str, Any]

FILES = sorted((PATH.parent / "statemachines").glob("*"))
PLACEHOLDER = re.compile(r"\$\{(\w+)\}")


@dataclass(frozen=True)
class Machine:
    """One AWS::Serverless::StateMachine: its properties in the template, and what is in its file."""

    logical_id: str
    properties: dict[str, Any]
    text: str

    @property
    def file(self) -> Path:
        return PATH.parent / str(self.properties["DefinitionUri"])

    @property
    def substitutions(self) -> dict[str, Any]:
        """What the template puts in the place of each `${Name}`, as the template writes it."""
        return dict(self.properties.get("DefinitionSubstitutions", {}))

    @property
    def placeholders(self) -> set[str]:
        return set(PLACEHOLDER.findall(self.text))

    @property
    def definition(self) -> Definition:
        """The definition with every placeholder filled."""
        filled = PLACEHOLDER.sub(lambda found: arn_of(self.substitutions[found[1]]), self.text)
        return dict(json.loads(filled))


def machines() -> list[Machine]:
    """All state machines that the template deploys, samples included."""
    return [
        _machine(logical_id, resource["Properties"])
        for logical_id, resource in resources("AWS::Serverless::StateMachine").items()
    ]


def machine(logical_id: str) -> Machine:
    """The state machine of this name in the template."""
    return _machine(logical_id, resources()[logical_id]["Properties"])


def states(definition: Definition, kind: str | None = None) -> Iterator[tuple[str, State]]:
    """Name and body of each state, or of those of one type."""
    for name, state in definition["States"].items():
        if kind in (None, state["Type"]):
            yield name, state


def ways_on(state: State) -> set[str]:
    """The states that may come right after this one, those that an error leads to included."""
    branches = [state, *state.get("Choices", []), *state.get("Catch", [])]
    return {branch["Next"] for branch in branches if "Next" in branch} | set(
        [state["Default"]] if "Default" in state else []
    )


def reachable(definition: Definition, start: str) -> set[str]:
    """`start` and every state that a run may come to from there."""
    found, ahead = set(), {start}
    while ahead:
        name = ahead.pop()
        found.add(name)
        ahead |= ways_on(definition["States"][name]) - found
    return found


def function_of(task: State) -> str | None:
    """The logical id of the function that a Task invokes; None where it does something else."""
    name = task["Arguments"].get("FunctionName")
    return str(name).rpartition(":")[2] if name else None


def timeout_of(function: str | None) -> int:
    """How many seconds a function may take; a call of AWS itself answers at once."""
    if function is None:
        return 0
    common = template().document["Globals"]["Function"]["Timeout"]
    return int(template().properties(function).get("Timeout", common))


def arn_of(value: Any) -> str:
    """The ARN that stands for `!GetAtt SomeFunction.Arn`; a machine is given nothing else."""
    match value:
        case {"Fn::GetAtt": [str(function), "Arn"]}:
            return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{function}"
    raise NotImplementedError(f"the tests know no ARN for {value}")


def edit(*path: str | int, to: object) -> Callable[[Definition], None]:
    """Sets one field, however deep; None removes it."""

    def do(definition: Definition) -> None:
        *way, last = path
        place = definition
        for step in way:
            place = place[step]
        if to is None:
            del place[last]
        else:
            place[last] = to

    return do


def _machine(logical_id: str, properties: dict[str, Any]) -> Machine:
    path = PATH.parent / str(properties["DefinitionUri"])
    return Machine(logical_id, properties, path.read_text(encoding="utf-8"))
