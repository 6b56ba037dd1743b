"""DynamoDB's update expressions: what becomes of an item."""

from collections.abc import Callable
from decimal import Decimal
from functools import cache

from tests.simulated.expressions import Item, Read, Scope, Value, Words, invalid, number_of

Change = Callable[[Item, Scope], Value | None]
"""What an attribute becomes, seen from the item as it was; None: it is taken away."""

SETS = ("SS", "NS", "BS")


@cache
def changes(text: str) -> tuple[tuple[str, Change], ...]:
    """Reads an update expression: the attributes, as they are written there, and how they change."""
    words = Words("UpdateExpression", text)
    found: list[tuple[str, Change]] = []
    seen: set[str] = set()
    while clause := words.next:
        if clause not in CLAUSES:
            raise words.syntax_error(clause)
        words.take()
        if clause in seen:
            raise invalid(
                f'Invalid UpdateExpression: The "{clause}" section can only be used once in an update '
                "expression;"
            )
        seen.add(clause)
        found.append(CLAUSES[clause](words))
        while words.took(","):
            found.append(CLAUSES[clause](words))
    return tuple(found)


def updated(text: str, item: Item, scope: Scope) -> Item:
    """A new item, made of an old one."""
    new = dict(item)
    for name, change in changes(text):
        value = change(item, scope)
        if value is None:
            new.pop(scope.name(name), None)
        else:
            new[scope.name(name)] = value
    return new


def _set(words: Words) -> tuple[str, Change]:
    name = words.take_name()
    words.take("=")
    left = _operand(words)
    if words.next not in ("+", "-"):
        return name, left
    operator = words.take()
    right = _operand(words)

    def calculated(item: Item, scope: Scope) -> Value:
        numbers = []
        for read in (left, right):
            value = read(item, scope)
            if value is None or "N" not in value:
                raise invalid("An operand in the update expression has an incorrect data type")
            numbers.append(number_of(value))
        return _number(numbers[0] + numbers[1] if operator == "+" else numbers[0] - numbers[1])

    return name, calculated


def _operand(words: Words) -> Read:
    if words.next.startswith(":"):
        value = words.take()
        return lambda _, scope: scope.value(value)
    if words.next == "if_not_exists":
        words.take()
        words.take("(")
        name = words.take_name()
        words.take(",")
        otherwise = _operand(words)
        words.take(")")
        # Not `or`: what is there may be as good as nothing, and still is there.
        return lambda item, scope: (
            item[scope.name(name)] if scope.name(name) in item else otherwise(item, scope)
        )
    name = words.take_name()
    if words.next == "(":
        raise NotImplementedError(f"the simulation does not know the function {name}")
    return lambda item, scope: _there(item, scope.name(name))


def _there(item: Item, name: str) -> Value:
    if name not in item:
        raise invalid("The provided expression refers to an attribute that does not exist in the item")
    return item[name]


def _remove(words: Words) -> tuple[str, Change]:
    return words.take_name(), lambda _item, _scope: None


def _add(words: Words) -> tuple[str, Change]:
    name, value = words.take_name(), words.take()

    def added(item: Item, scope: Scope) -> Value:
        old, new = item.get(scope.name(name)), scope.value(value)
        (kind,) = new
        if kind not in ("N", *SETS):
            raise invalid(
                "Invalid UpdateExpression: Incorrect operand type for operator or function; "
                f"operator: ADD, operand type: {kind}"
            )
        if old is None:
            return new
        if kind not in old:
            raise invalid("An operand in the update expression has an incorrect data type")
        if kind == "N":
            return _number(number_of(old) + number_of(new))
        return {kind: [*old[kind], *(each for each in new[kind] if each not in old[kind])]}

    return name, added


def _delete(words: Words) -> tuple[str, Change]:
    name, value = words.take_name(), words.take()

    def without(item: Item, scope: Scope) -> Value | None:
        old, gone = item.get(scope.name(name)), scope.value(value)
        (kind,) = gone
        if old is None:
            return None
        if kind not in SETS or kind not in old:
            raise invalid("An operand in the update expression has an incorrect data type")
        left = [each for each in old[kind] if each not in gone[kind]]
        return {kind: left} if left else None

    return name, without


CLAUSES = {"SET": _set, "REMOVE": _remove, "ADD": _add, "DELETE": _delete}


def _number(number: Decimal) -> Value:
    return {"N": format(number.normalize(), "f")}
