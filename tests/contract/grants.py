"""Every right that template.yaml gives, one by one."""

from collections.abc import Iterator
from typing import Any

from tests.contract.stack import as_list, resources

Statement = dict[str, Any]


def statements() -> Iterator[tuple[str, Statement]]:
    """Every statement of every policy in the template, with the resource that it stands in."""
    for name, resource in resources().items():
        for statement in _statements_in(resource["Properties"]):
            yield name, statement


def grants() -> Iterator[tuple[str, str, Any]]:
    """Every action that is allowed, with the resource of the template it stands in, and on what."""
    for name, statement in statements():
        if statement["Effect"] == "Allow" and statement["Action"] != "sts:AssumeRole":
            for action in as_list(statement["Action"]):
                yield name, action, as_list(statement["Resource"])


def _statements_in(value: Any) -> Iterator[Statement]:
    match value:
        case {"Effect": _, "Action": _}:
            yield value
        case dict():
            for item in value.values():
                yield from _statements_in(item)
        case list():
            for item in value:
                yield from _statements_in(item)
