"""Types of the keys in pipelines.toml, each with what a wrong value is told."""

import re
from collections.abc import Callable
from datetime import time, timedelta
from typing import Annotated, get_args

from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema

from stepkeeper.domain.map_mistakes import near_match
from stepkeeper.domain.pipeline import Missed, Reopen, ReopenAt
from stepkeeper.fields import time_zone

NAME = r"[0-9A-Za-z][-_0-9A-Za-z]{0,63}"
"""A bare key of TOML, of a length that names and messages have room for."""

DURATION = r"[1-9][0-9]{0,5}[mhd]"
UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}

REOPEN_WORDS = ("on-success", "by-hand")
REOPEN_AT = r"at ([01][0-9]|2[0-3]):([0-5][0-9]) (\S+)"
MISSED_WORDS: tuple[Missed, ...] = get_args(Missed)

CHANNEL = r"[^\s,]([^,\r\n]{0,78}[^\s,])?"
"""The notifier is given its channels between commas."""


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
        case _:
            return str(value)[:80]


def fitting(pattern: str, value: object) -> re.Match[str] | None:
    """The match of the whole value; None where it is no text, or another one."""
    return re.fullmatch(pattern, value) if isinstance(value, str) else None


def _name(value: object) -> str:
    if match := fitting(NAME, value):
        return match[0]
    raise ValueError(
        f"{shown(value)} is no name for a pipeline. "
        "Allowed: up to 64 letters, digits, '-' and '_', a letter or digit first."
    )


def _array(value: object) -> object:
    if isinstance(value, list):
        return value
    raise ValueError(
        f"{shown(value)} is no array. Allowed: the names of pipelines, such as ['nightly-report']."
    )


def _blocked(value: object) -> str:
    if isinstance(value, str):
        return value
    raise ValueError(f"{shown(value)} is no name of a pipeline. Allowed: text, such as 'nightly-report'.")


def _duration(least: str, most: str) -> Callable[[object], timedelta]:
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


def _reopen(value: object) -> Reopen:
    match value:
        case "on-success" | "by-hand":
            return value
    allowed = "Allowed: 'on-success', 'by-hand', or a time and zone such as 'at 06:00 Asia/Tokyo'."
    if not (at := fitting(REOPEN_AT, value)):
        raise ValueError(f"{shown(value)} is no way to reopen.{near_match(value, REOPEN_WORDS)} {allowed}")
    try:
        return ReopenAt(time(int(at[1]), int(at[2])), time_zone(at[3]))
    except ValueError as error:
        raise ValueError(f"{error}. {allowed}") from None


def _missed(value: object) -> Missed:
    for word in MISSED_WORDS:
        if value == word:
            return word
    allowed = ", ".join(map(repr, MISSED_WORDS))
    raise ValueError(f"{shown(value)} is not known.{near_match(value, MISSED_WORDS)} Allowed: {allowed}.")


def _channel(value: object) -> str:
    if match := fitting(CHANNEL, value):
        return match[0]
    raise ValueError(
        f"{shown(value)} is no channel. Allowed: one of the notifier's channels, such as '#batch'; "
        "one line, 80 characters at most, no comma, no blank at either end."
    )


def text_schema(pattern: str) -> WithJsonSchema:
    """What an editor is told of a key whose value has to match the whole pattern."""
    return WithJsonSchema({"type": "string", "pattern": f"^({pattern})$"})


Name = Annotated[str, PlainValidator(_name), text_schema(NAME)]
"""`nightly-ingest`"""

BlockedName = Annotated[str, PlainValidator(_blocked), text_schema(NAME)]
"""Whether there is such a pipeline is seen once all tables are read."""

BlockedNames = Annotated[
    tuple[BlockedName, ...], BeforeValidator(_array), Field(json_schema_extra={"uniqueItems": True})
]
"""`["nightly-report", "weekly-mail"]`"""

Deadline = Annotated[timedelta | None, PlainValidator(_duration("1m", "365d")), text_schema(DURATION)]
"""A schedule is as fine as a minute, and a Standard execution ends within a year (Step Functions quotas)."""

Interval = Annotated[timedelta | None, PlainValidator(_duration("5m", "30d")), text_schema(DURATION)]
"""Reminders every minute would be turned off, and one a year comes too late to remind anybody."""

ReopenKey = Annotated[Reopen, PlainValidator(_reopen), text_schema("|".join([*REOPEN_WORDS, REOPEN_AT]))]
"""`at 06:00 Asia/Tokyo`"""

MissedKey = Annotated[
    Missed, PlainValidator(_missed), WithJsonSchema({"type": "string", "enum": [*MISSED_WORDS]})
]
"""`run-once`"""

Channel = Annotated[str | None, PlainValidator(_channel), text_schema(CHANNEL)]
"""`#batch`"""
