"""Types of the keys in pipelines.toml, each with what a wrong value is told."""

from datetime import time, timedelta
from typing import Annotated, get_args

from pydantic import BeforeValidator, Field, PlainValidator

from stepkeeper.domain.mistakes import near_match
from stepkeeper.domain.pipeline import Missed, Reopen, ReopenAt
from stepkeeper.fields import time_zone
from stepkeeper.toml_files.keys import (
    DURATION,
    NAME,
    array,
    duration,
    fitting,
    name_for,
    one_of,
    shown,
    text_schema,
    words_schema,
)

REOPEN_WORDS = ("on-success", "by-hand")
REOPEN_AT = r"at ([01][0-9]|2[0-3]):([0-5][0-9]) (\S+)"
MISSED_WORDS: tuple[Missed, ...] = get_args(Missed)

CHANNEL = r"[^\s,]([^,\r\n]{0,78}[^\s,])?"
"""The notifier is given its channels between commas."""


def _blocked(value: object) -> str:
    if isinstance(value, str):
        return value
    raise ValueError(f"{shown(value)} is no name of a pipeline. Allowed: text, such as 'nightly-report'.")


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


def _channel(value: object) -> str:
    if match := fitting(CHANNEL, value):
        return match[0]
    raise ValueError(
        f"{shown(value)} is no channel. Allowed: one of the notifier's channels, such as '#batch'; "
        "one line, 80 characters at most, no comma, no blank at either end."
    )


Name = Annotated[str, PlainValidator(name_for("a pipeline")), text_schema(NAME)]
"""`nightly-ingest`"""

BlockedName = Annotated[str, PlainValidator(_blocked), text_schema(NAME)]
"""Whether there is such a pipeline is seen once all tables are read."""

BlockedNames = Annotated[
    tuple[BlockedName, ...],
    BeforeValidator(array("the names of pipelines, such as ['nightly-report']")),
    Field(json_schema_extra={"uniqueItems": True}),
]
"""`["nightly-report", "weekly-mail"]`"""

Deadline = Annotated[timedelta | None, PlainValidator(duration("1m", "365d")), text_schema(DURATION)]
"""A schedule is as fine as a minute, and a Standard execution ends within a year (Step Functions quotas)."""

Interval = Annotated[timedelta | None, PlainValidator(duration("5m", "30d")), text_schema(DURATION)]
"""Reminders every minute would be turned off, and one a year comes too late to remind anybody."""

ReopenKey = Annotated[Reopen, PlainValidator(_reopen), text_schema("|".join([*REOPEN_WORDS, REOPEN_AT]))]
"""`at 06:00 Asia/Tokyo`"""

MissedKey = Annotated[Missed, PlainValidator(one_of(MISSED_WORDS)), words_schema(MISSED_WORDS)]
"""`run-once`"""

Channel = Annotated[str | None, PlainValidator(_channel), text_schema(CHANNEL)]
"""`#batch`"""
