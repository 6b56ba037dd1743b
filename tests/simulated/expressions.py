"""The words of DynamoDB's expressions, and what the names and values in them stand for."""

import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any

from moto.dynamodb.parsing.reserved_keywords import ReservedKeywords

from tests.simulated.refusal import Refusal

Value = dict[str, Any]
"""An attribute's value with its type: {"S": "text"}."""
Item = dict[str, Value]
Read = Callable[[Item, "Scope"], Value | None]

WORD = re.compile(r"\s*(<>|<=|>=|[=<>(),+-]|[#:]?[A-Za-z0-9_]+)")
PLACEHOLDER = re.compile(r"[#:][A-Za-z0-9_]+")
RESERVED = frozenset(ReservedKeywords.get_reserved_keywords())


class Scope:
    """What the placeholders of one request stand for. Each must be given, and each must be used."""

    def __init__(self, sent: dict[str, Any], **expressions: str | None) -> None:
        self._names: dict[str, str] = sent.get("ExpressionAttributeNames", {})
        self._values: dict[str, Value] = sent.get("ExpressionAttributeValues", {})
        used: set[str] = set()
        for expression, text in expressions.items():
            for word in placeholders(text or ""):
                used.add(word)
                if word not in (self._names if word[0] == "#" else self._values):
                    raise _undefined(expression, word)
        for kind, given in (("Names", self._names), ("Values", self._values)):
            if unused := given.keys() - used:
                raise invalid(
                    f"Value provided in ExpressionAttribute{kind} unused in expressions: "
                    f"keys: {{{', '.join(sorted(unused))}}}"
                )

    def name(self, word: str) -> str:
        return self._names[word] if word[0] == "#" else word

    def value(self, word: str) -> Value:
        return self._values[word]


class Words:
    """The words of one expression, read from left to right."""

    def __init__(self, expression: str, text: str) -> None:
        self.expression = expression
        self._words = _split(text)
        self._next = 0

    @property
    def next(self) -> str:
        """The next word, keywords in capitals; an empty one at the end."""
        word = self._words[self._next] if self._next < len(self._words) else ""
        return word.upper() if word.upper() in KEYWORDS else word

    def take(self, expected: str | None = None) -> str:
        word = self.next
        if not word or expected not in (None, word):
            raise self.syntax_error(word)
        self._next += 1
        return word

    def took(self, word: str) -> bool:
        """Goes on past the word where it is the next one."""
        if self.next != word:
            return False
        self._next += 1
        return True

    def take_name(self) -> str:
        """The name of an attribute, or its placeholder."""
        word = self.take()
        if word[0] != "#" and word.upper() in RESERVED:
            raise invalid(
                f"Invalid {self.expression}: Attribute name is a reserved keyword; reserved keyword: {word}"
            )
        if word[0] == ":" or not (word[0] == "#" or word[0].isalpha()):
            raise self.syntax_error(word)
        return word

    def syntax_error(self, word: str) -> Refusal:
        near = " ".join(self._words[max(self._next - 1, 0) : self._next + 2])
        return invalid(f'Invalid {self.expression}: Syntax error; token: "{word or "<EOF>"}", near: "{near}"')


KEYWORDS = {"AND", "OR", "NOT", "BETWEEN", "IN", "SET", "REMOVE", "ADD", "DELETE"}


def invalid(message: str) -> Refusal:
    return Refusal("ValidationException", message)


def number_of(value: Value) -> Decimal:
    return Decimal(value["N"])


@cache
def placeholders(text: str) -> tuple[str, ...]:
    return tuple(PLACEHOLDER.findall(text))


def _split(text: str) -> list[str]:
    words, position = [], 0
    while text[position:].strip():
        found = WORD.match(text, position)
        if not found:
            raise NotImplementedError(f"the simulation does not read {text[position:]!r} (document paths?)")
        words.append(found[1])
        position = found.end()
    return words


def _undefined(expression: str, word: str) -> Refusal:
    used = (
        "name used in the document path is not defined; attribute name"
        if word[0] == "#"
        else "value used in expression is not defined; attribute value"
    )
    return invalid(f"Invalid {expression}: An expression attribute {used}: {word}")
