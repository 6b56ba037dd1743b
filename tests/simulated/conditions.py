"""DynamoDB's conditions: what must be true of an item."""

from collections.abc import Callable
from functools import cache
from operator import ge, gt, le, lt
from typing import Any

from tests.simulated.expressions import Item, Read, Scope, Value, Words, number_of

Condition = Callable[[Item, Scope], bool]

ORDERS: dict[str, Callable[[Any, Any], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}


@cache
def condition(text: str, expression: str = "ConditionExpression") -> Condition:
    """Reads a condition, as far as the simulation knows them; what it does not know it says."""
    words = Words(expression, text)
    read = _any_of(words)
    if words.next:
        raise words.syntax_error(words.next)
    return read


def same(left: Value | None, right: Value | None) -> bool:
    if left is None or right is None or left.keys() != right.keys():
        return False
    if "N" in left:
        return number_of(left) == number_of(right)
    if "SS" in left:
        return set(left["SS"]) == set(right["SS"])
    return left == right


def _any_of(words: Words) -> Condition:
    choices = [_all_of(words)]
    while words.took("OR"):
        choices.append(_all_of(words))
    return lambda item, scope: any(choice(item, scope) for choice in choices)


def _all_of(words: Words) -> Condition:
    parts = [_not(words)]
    while words.took("AND"):
        parts.append(_not(words))
    return lambda item, scope: all(part(item, scope) for part in parts)


def _not(words: Words) -> Condition:
    if words.took("NOT"):
        negated = _not(words)
        return lambda item, scope: not negated(item, scope)
    if words.took("("):
        inner = _any_of(words)
        words.take(")")
        return inner
    if words.next in FUNCTIONS:
        return FUNCTIONS[words.take()](words)
    return _comparison(words)


def _comparison(words: Words) -> Condition:
    left = _operand(words)
    operator = words.take()
    if operator == "BETWEEN":
        low = _operand(words)
        words.take("AND")
        high = _operand(words)
        return lambda item, scope: (
            _ordered("<=", low(item, scope), left(item, scope))
            and _ordered("<=", left(item, scope), high(item, scope))
        )
    if operator not in ("=", "<>", *ORDERS):
        raise words.syntax_error(operator)
    right = _operand(words)
    if operator == "=":
        return lambda item, scope: same(left(item, scope), right(item, scope))
    if operator == "<>":
        return lambda item, scope: not same(left(item, scope), right(item, scope))
    return lambda item, scope: _ordered(operator, left(item, scope), right(item, scope))


def _operand(words: Words) -> Read:
    if words.next.startswith(":"):
        value = words.take()
        return lambda _, scope: scope.value(value)
    name = words.take_name()
    if words.next == "(":
        raise NotImplementedError(f"the simulation does not know the function {name}")
    return lambda item, scope: item.get(scope.name(name))


def _ordered(operator: str, left: Value | None, right: Value | None) -> bool:
    if left is None or right is None or left.keys() != right.keys():
        return False
    if "N" in left:
        return ORDERS[operator](number_of(left), number_of(right))
    (mine,), (its,) = left.values(), right.values()
    return ORDERS[operator](mine.encode(), its.encode())


def _exists(words: Words, *, exists: bool) -> Condition:
    words.take("(")
    name = words.take_name()
    words.take(")")
    return lambda item, scope: (scope.name(name) in item) is exists


def _begins_with(words: Words) -> Condition:
    words.take("(")
    text = _operand(words)
    words.take(",")
    beginning = _operand(words)
    words.take(")")

    def holds(item: Item, scope: Scope) -> bool:
        whole, its = text(item, scope), beginning(item, scope)
        return bool(whole and its and "S" in whole and whole["S"].startswith(its["S"]))

    return holds


FUNCTIONS: dict[str, Callable[[Words], Condition]] = {
    "attribute_exists": lambda words: _exists(words, exists=True),
    "attribute_not_exists": lambda words: _exists(words, exists=False),
    "begins_with": _begins_with,
}
