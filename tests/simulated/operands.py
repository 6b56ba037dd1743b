"""What DynamoDB's conditions compare: values, attributes, and the sizes of attributes."""

from tests.simulated.expressions import Item, Read, Scope, Value, Words


def operand(words: Words) -> Read:
    if words.next.startswith(":"):
        value = words.take()
        return lambda _, scope: scope.value(value)
    if words.next == "size":
        return _size(words)
    name = words.take_name()
    if words.next == "(":
        raise NotImplementedError(f"the simulation does not know the function {name}")
    return lambda item, scope: item.get(scope.name(name))


def in_brackets(words: Words) -> list[Read]:
    """Operands with commas between them."""
    words.take("(")
    found = [operand(words)]
    while words.took(","):
        found.append(operand(words))
    words.take(")")
    return found


def _size(words: Words) -> Read:
    """The characters of a text, or how much is in a set, list or map; none of what is not there."""
    words.take("size")
    words.take("(")
    name = words.take_name()
    words.take(")")

    def size(item: Item, scope: Scope) -> Value | None:
        value = item.get(scope.name(name))
        if value is None:
            return None
        ((kind, its),) = value.items()
        if kind not in ("S", "SS", "NS", "L", "M"):
            raise NotImplementedError(f"the simulation does not know the size of {value}")
        return {"N": str(len(its))}

    return size
