"""SQL as Athena takes it: parameters by position, each value written as a literal.

Athena binds the values itself; they never become part of the statement's text (Athena User Guide, "Use
parameterized queries": text in single quotes; in SELECT, INSERT INTO, CTAS and UNLOAD only).
"""

import re
from decimal import Decimal

from stepkeeper.domain.query import Parameter, Parameters
from stepkeeper.errors import InvalidParameters

LITERAL_CHARACTERS = 1024
"""The longest execution parameter (API reference, StartQueryExecution)."""

PIECES = re.compile(
    r"""
      '(?:[^']|'')*'           # text
    | "(?:[^"]|"")*"           # a quoted name
    | --[^\r\n]* | /\*.*?\*/   # comments
    | @(?P<name>[A-Za-z_][0-9A-Za-z_]*)
    | (?P<mark>\?)
    """,
    re.VERBOSE | re.DOTALL,
)

WHOLE_TYPES = ("tinyint", "smallint", "int", "integer", "bigint")
FRACTIONAL_TYPES = ("float", "real", "double")


def by_position(sql: str, parameters: Parameters) -> tuple[str, list[str]]:
    """The statement with `?` for each `@name` outside of quotes and comments, and the literals in that order.

    Raises InvalidParameters for a name without a value, a value that Athena can not take, or a `?`.
    """
    literals: list[str] = []
    missing: set[str] = set()

    def place(piece: re.Match[str]) -> str:
        name = piece["name"]
        if piece["mark"]:
            raise InvalidParameters("The SQL has a `?`: write @name, and give the value by that name.")
        if name is None:
            return piece[0]
        if name in parameters:
            literals.append(_checked(name, literal(parameters[name])))
        else:
            missing.add(name)
        return "?"

    statement = PIECES.sub(place, sql)
    if missing:
        names = ", ".join(f"@{name}" for name in sorted(missing))
        raise InvalidParameters(f"The SQL needs {names}, and the parameters given are {sorted(parameters)}.")
    return statement, literals


def literal(value: Parameter) -> str:
    """A value as an SQL literal of Athena's."""
    match value:
        case None:
            return "NULL"
        case bool():
            return "true" if value else "false"
        case str():
            return "'" + value.replace("'", "''") + "'"
        case float():  # with an exponent it is a DOUBLE, without one a DECIMAL
            text = repr(value)
            return text.upper() if "e" in text else f"{text}E0"
    return str(value)


def value_of(text: str | None, type_: str) -> object:
    """A value of a result, which Athena gives as text, in its own type."""
    if text is None:
        return None
    if type_ in WHOLE_TYPES:
        return int(text)
    if type_ in FRACTIONAL_TYPES:
        return float(text)
    if type_ == "decimal":
        return Decimal(text)
    if type_ == "boolean":
        return text == "true"
    return text


def _checked(name: str, written: str) -> str:
    if len(written) > LITERAL_CHARACTERS:
        raise InvalidParameters(
            f"@{name} takes {len(written)} characters as an SQL literal; Athena takes {LITERAL_CHARACTERS}."
        )
    if "\0" in written:
        raise InvalidParameters(f"@{name} holds a NUL character, which no SQL text can.")
    return written
