"""JSONata as Step Functions evaluates it: each text in `{% %}`, with `$states` and the variables."""

import json
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from jsonata import Jsonata
from jsonata.jexception import JException
from jsonata.utils import Utils

from tests.walking.errors import query_error

PATH = re.compile(r"\$\w+(?:\.\w+)*")
NOT_KNOWN = ("partition", "range", "hash", "random", "uuid", "eval")
NULL = Utils.NULL_VALUE

# The package has raised it, for everybody in this process.
sys.setrecursionlimit(1_000)


@dataclass(frozen=True)
class Scope:
    """What expressions may name. `states` has of input, result, errorOutput and context those there are."""

    states: dict[str, Any]
    variables: dict[str, Any]
    now: datetime


def filled(template: Any, scope: Scope) -> Any:
    """The value that a template stands for. Raises States.QueryEvaluationError."""
    if isinstance(template, str):
        return evaluated(template[2:-2].strip(), scope) if is_expression(template) else template
    if isinstance(template, dict):
        return {name: filled(its, scope) for name, its in template.items()}
    return [filled(its, scope) for its in template] if isinstance(template, list) else template


def is_expression(text: Any) -> bool:
    return isinstance(text, str) and text.startswith("{%") and text.endswith("%}")


def evaluated(text: str, scope: Scope) -> Any:
    """What an expression comes to, as plain JSON; there must be something."""
    at_once = _walked(text, scope)
    if at_once is not None:
        return at_once
    now_ms = round(scope.now.timestamp() * 1000)
    names = {name: NULL if its is None else its for name, its in scope.variables.items()}
    names |= {"states": scope.states, "millis": Jsonata.JLambda(lambda: now_ms)}
    names |= {"now": Jsonata.JLambda(lambda: moment(scope.now)), "parse": Jsonata.JLambda(_parse)}
    try:
        value = compiled(text).evaluate(None, names)
    except JException as error:
        raise query_error(f"{error.error}: {error} in {text}") from error
    if value is None:
        raise query_error(f"The expression has no value: {text}")
    return _plain(value)


def moment(at: datetime) -> str:
    """A moment as Step Functions writes it."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@cache
def compiled(text: str) -> Jsonata:
    """An expression, ready to be evaluated: to read one takes longer than to evaluate it ten times."""
    expression = Jsonata(text)
    expression.set_validate_input(False)
    expression.set_output_convert_nulls(False)
    for name in NOT_KNOWN:
        expression.register_lambda(name, _refuse(name))
    return expression


def _walked(text: str, scope: Scope) -> Any:
    """What lies at the end of a path through objects alone, for which nobody needs the engine; else None."""
    names = _path(text)
    if not names:
        return None
    value: Any = scope.states if names[0] == "states" else scope.variables.get(names[0])
    for name in names[1:]:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return None if isinstance(value, list) else value


@cache
def _path(text: str) -> tuple[str, ...]:
    return tuple(text[1:].split(".")) if PATH.fullmatch(text) else ()


def _plain(value: Any) -> Any:
    """A copy that has nothing of the engine's in it."""
    if value is NULL:
        return None
    if isinstance(value, dict):
        return {name: _plain(its) for name, its in value.items()}
    if isinstance(value, list):
        return [_plain(value[place]) for place in range(len(value))]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if value is None or isinstance(value, str | int | float):
        return value
    raise query_error(f"JSON has no {type(value).__name__}")


def _parse(text: str | None = None) -> Any:
    try:
        return None if text is None else json.loads(text)
    except ValueError as error:
        raise query_error(f"$parse: {error}") from error


def _refuse(name: str) -> Callable[..., Any]:
    def refuse(*_: Any) -> Any:
        raise NotImplementedError(f"the walker does not know ${name}")

    return refuse
