"""Reads template.yaml, so that what the tests make and set is what the stack deploys."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ACCOUNT = "123456789012"
REGION = "ap-northeast-1"
STACK = "stepkeeper"
PATH = Path(__file__).parents[1] / "template.yaml"
NO_VALUE = object()
"""What !Ref AWS::NoValue gives: it takes the field or the item that it stands for away."""

PSEUDO = {
    "AWS::AccountId": ACCOUNT,
    "AWS::NoValue": NO_VALUE,
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::StackName": STACK,
    "AWS::URLSuffix": "amazonaws.com",
}


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms: `!Ref X` is read as {"Ref": "X"}."""


def _short_form(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _short_form)


@cache
def load() -> dict[str, Any]:
    """template.yaml as CloudFormation's JSON would say it; not to be changed."""
    # A SafeLoader with constructors for tags, none of which makes anything but dicts.
    document: dict[str, Any] = yaml.load(PATH.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506
    return document


SET_BY_LAMBDA = {"LAMBDA_TASK_ROOT": str(PATH.parent / "tests")}
"""Where there is no map: what the operator writes into theirs changes no test."""


@dataclass
class Template:
    """The template with its parameters given, and with what the resources made so far are called.

    `refs` holds what !Ref gives for a resource, `attributes` what !GetAtt gives. Any other resource has
    its logical id for a name.
    """

    overrides: dict[str, str] = field(default_factory=dict)
    refs: dict[str, str] = field(default_factory=dict)
    attributes: dict[tuple[str, str], str] = field(default_factory=dict)
    document: dict[str, Any] = field(default_factory=load)
    task_root: str = SET_BY_LAMBDA["LAMBDA_TASK_ROOT"]
    """Where the functions find their map of pipelines."""

    def properties(self, logical_id: str) -> dict[str, Any]:
        """The properties of a resource, resolved."""
        resolved: dict[str, Any] = self.resolve(self.document["Resources"][logical_id]["Properties"])
        return resolved

    @property
    def functions(self) -> list[str]:
        """The logical ids of all functions."""
        kinds = {name: its["Type"] for name, its in self.document["Resources"].items()}
        return [name for name, kind in kinds.items() if kind == "AWS::Serverless::Function"]

    def variables(self, function: str) -> dict[str, str]:
        """The environment variables of a function, those of Globals included, as Lambda sets them."""
        common = self.resolve(self.document["Globals"]["Function"]["Environment"]["Variables"])
        own = self.properties(function).get("Environment", {}).get("Variables", {})
        return {
            name: str(value) for name, value in {"LAMBDA_TASK_ROOT": self.task_root, **common, **own}.items()
        }

    def resolve(self, value: Any) -> Any:
        """A value with all functions of CloudFormation carried out."""
        match value:
            case {"Ref": str(name)}:
                return self._ref(name)
            case {"Fn::GetAtt": [name, attribute]}:
                return self.attributes.get((name, attribute), f"{name}.{attribute}")
            case {"Fn::Sub": str(text)}:
                return self._sub(text, {})
            case {"Fn::Sub": [text, names]}:
                return self._sub(text, {name: self.resolve(given) for name, given in names.items()})
            case {"Fn::If": [condition, then, otherwise]}:
                return self.resolve(then if self.holds(condition) else otherwise)
            case dict():
                resolved = {key: self.resolve(item) for key, item in value.items()}
                return {key: item for key, item in resolved.items() if item is not NO_VALUE}
            case list():
                return [item for item in map(self.resolve, value) if item is not NO_VALUE]
        return value

    def holds(self, condition: str) -> bool:
        """Whether one of the Conditions is true."""
        return self._truth(self.document["Conditions"][condition])

    def _ref(self, name: str) -> Any:
        if name in PSEUDO:
            return PSEUDO[name]
        if name in self.document["Parameters"]:
            return self.overrides.get(name, self.document["Parameters"][name].get("Default"))
        return self.refs.get(name, name)

    def _sub(self, text: str, names: dict[str, Any]) -> str:
        before, opening, rest = text.partition("${")
        if not opening:
            return text
        name, _, after = rest.partition("}")
        value = names[name] if name in names else self._named(name)
        return f"{before}{value}{self._sub(after, names)}"

    def _named(self, name: str) -> Any:
        resource, dot, attribute = name.partition(".")
        return self.resolve({"Fn::GetAtt": [resource, attribute]}) if dot else self._ref(name)

    def _truth(self, rule: dict[str, Any]) -> bool:
        match rule:
            case {"Fn::Equals": [left, right]}:
                return bool(self.resolve(left) == self.resolve(right))
            case {"Fn::Not": [inner]}:
                return not self._truth(inner)
            case {"Fn::And": list(rules)}:
                return all(self._truth(each) for each in rules)
            case {"Fn::Or": list(rules)}:
                return any(self._truth(each) for each in rules)
            case {"Condition": str(name)}:
                return self.holds(name)
        raise NotImplementedError(f"the tests know no condition {rule}")
