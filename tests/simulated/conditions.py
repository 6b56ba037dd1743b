"""DynamoDB's conditions: what must be true of an item."""

from collections.abc import Callable
from functools import cache
from operator import ge, gt, le, lt
from typing import Any

from tests.simulated.expressions import Item, Read, Scope, Value, Words, number_of
from tests.simulated.operands import in_brackets, operand

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
    left = operand(words)
    operator = words.take()
    if operator == "BETWEEN":
        low = operand(words)
        words.take("AND")
        high = operand(words)
        return lambda item, scope: (
            _ordered("<=", low(item, scope), left(item, scope))
            and _ordered("<=", left(item, scope), high(item, scope))
        )
    if operator == "IN":
        choices = in_brackets(words)
        return lambda item, scope: any(same(left(item, scope), read(item, scope)) for read in choices)
    if operator not in ("=", "<>", *ORDERS):
        raise words.syntax_error(operator)
    right = operand(words)
    if operator == "=":
        return lambda item, scope: same(left(item, scope), right(item, scope))
    if operator == "<>":
        return lambda item, scope: not same(left(item, scope), right(item, scope))
    return lambda item, scope: _ordered(operator, left(item, scope), right(item, scope))


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
    text, beginning = _two(words)

    def holds(item: Item, scope: Scope) -> bool:
        whole, its = text(item, scope), beginning(item, scope)
        return bool(whole and its and "S" in whole and whole["S"].startswith(its["S"]))

    return holds


def _contains(words: Words) -> Condition:
    """A part of a text, or a member of a set or list."""
    attribute, part = _two(words)

    def holds(item: Item, scope: Scope) -> bool:
        whole, its = attribute(item, scope), part(item, scope)
        if whole is None or its is None:
            return False
        if "L" in whole:
            return any(same(each, its) for each in whole["L"])
        kind = {"S": "S", "SS": "S", "NS": "N"}.get(next(iter(whole)), "")
        return kind in its and its[kind] in next(iter(whole.values()))

    return holds


def _two(words: Words) -> list[Read]:
    found = in_brackets(words)
    if len(found) != 2:
        raise words.syntax_error(words.next)
    return found


FUNCTIONS: dict[str, Callable[[Words], Condition]] = {
    "attribute_exists": lambda words: _exists(words, exists=True),
    "attribute_not_exists": lambda words: _exists(words, exists=False),
    "begins_with": _begins_with,
    "contains": _contains,
}
