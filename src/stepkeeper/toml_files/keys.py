"""What the types of keys are made of, each part with what a wrong value is told."""

import re
from collections.abc import Callable, Sequence
from datetime import timedelta

from pydantic import WithJsonSchema

from stepkeeper.domain.mistakes import near_match

NAME = r"[0-9A-Za-z][-_0-9A-Za-z]{0,63}"
"""A bare key of TOML, of a length that names and messages have room for."""

DURATION = r"[1-9][0-9]{0,5}[mhd]"
UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def shown(value: object) -> str:
    """A value of the file, much as TOML has it, and short enough for a message."""
    match value:
        case bool():
            return str(value).lower()
        case dict():
            return "a table"
        case list():
            return "an array"
        case str():
            return repr(value if len(value) <= 80 else f"{value[:80]}…")
        case int() if abs(value) >= 10**80:  # str() refuses one of thousands of digits
            return "a number of more than 80 digits"
        case _:
            return str(value)[:80]


def fitting(pattern: str, value: object) -> re.Match[str] | None:
    """The match of the whole value; None where it is no text, or another one."""
    return re.fullmatch(pattern, value) if isinstance(value, str) else None


def name_for(what: str) -> Callable[[object], str]:
    """The name of a table. `what` is what it names: `a pipeline`."""

    def name(value: object) -> str:
        if match := fitting(NAME, value):
            return match[0]
        raise ValueError(
            f"{shown(value)} is no name for {what}. "
            "Allowed: up to 64 letters, digits, '-' and '_', a letter or digit first."
        )

    return name


def array(allowed: str) -> Callable[[object], object]:
    """An array of whatever its items are checked for."""

    def items(value: object) -> object:
        if isinstance(value, list):
            return value
        raise ValueError(f"{shown(value)} is no array. Allowed: {allowed}.")

    return items


def one_of(words: Sequence[str]) -> Callable[[object], str]:
    """One of a few words."""

    def word(value: object) -> str:
        if isinstance(value, str) and value in words:
            return value
        allowed = ", ".join(map(repr, words))
        raise ValueError(f"{shown(value)} is not known.{near_match(value, words)} Allowed: {allowed}.")

    return word


def duration(least: str, most: str) -> Callable[[object], timedelta]:
    """`90m`, between two that are written like it."""

    def between(value: object) -> timedelta:
        match = fitting(DURATION, value)
        if match and _timedelta(least) <= _timedelta(match[0]) <= _timedelta(most):
            return _timedelta(match[0])
        why = "is out of range" if match else "is no duration"
        raise ValueError(
            f"{shown(value)} {why}. Allowed: a whole number of minutes, hours or days, "
            f"such as '90m', '2h' or '1d', from '{least}' to '{most}'."
        )

    return between


def _timedelta(text: str) -> timedelta:
    return int(text[:-1]) * UNITS[text[-1]]


def text_schema(pattern: str) -> WithJsonSchema:
    """What an editor is told of a key whose value has to match the whole pattern."""
    return WithJsonSchema({"type": "string", "pattern": f"^({pattern})$"})


def words_schema(words: Sequence[str]) -> WithJsonSchema:
    """What an editor is told of a key that is one of a few words."""
    return WithJsonSchema({"type": "string", "enum": [*words]})
