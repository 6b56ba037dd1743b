"""A query on an engine: what binds it, what makes it repeatable, and what it came to."""

import base64
import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Protocol

Parameter = str | int | float | bool | None
Parameters = Mapping[str, Parameter]
"""By the name that the SQL has for it, without the `@`."""

PARAMETER_NAME = r"^[A-Za-z_][0-9A-Za-z_]{0,127}$"

FIRST_PAUSE = timedelta(milliseconds=250)
LONGEST_PAUSE = timedelta(seconds=3)


@dataclass(frozen=True)
class Running:
    """The engine has not finished the query."""


@dataclass(frozen=True)
class Finished:
    """The engine has finished the query. `rows_written` is None where it only read, or nobody counted."""

    return_value: object
    rows_written: int | None


class Engine(Protocol):
    """What an engine offers. A module in engines/ makes one with `connect(region)`."""

    def start(self, sql: str, parameters: Parameters, *, token: str) -> str:
        """Starts the query, or joins the one that was started with this token, and gives its id.

        Raises InvalidParameters, CredentialsUnusable, QueryRefused, or EngineUnavailable.
        """
        ...

    def look(self, query_id: str) -> Running | Finished:
        """How far the query is. Raises QueryFailed, QueryRefused, or EngineUnavailable."""
        ...


def query_token(execution: str, state: str) -> str:
    """The same for each try of one state of one run: letters, digits and hyphens, 51 of them.

    Athena wants 32 to 128 characters (API reference, StartQueryExecution), BigQuery at most 1,024 of
    these (REST reference, JobReference).
    """
    return f"stepkeeper-{hashlib.sha256(json.dumps([execution, state]).encode()).hexdigest()[:40]}"


def next_pause(pause: timedelta) -> timedelta:
    """How long to wait before looking again, after having waited `pause` in vain."""
    return min(pause * 1.5, LONGEST_PAUSE)


def json_value(value: object) -> object:
    """A value of a result as JSON can say it.

    A whole number stays one. Other decimals, dates and times are text, since nothing else keeps them exact.
    """
    match value:
        case bool() | int() | str() | None:
            return value
        case float():
            return value if math.isfinite(value) else str(value)
        case Decimal():
            return int(value) if value.is_finite() and value == value.to_integral_value() else str(value)
        case datetime() | date() | time():
            return value.isoformat()
        case bytes():
            return base64.b64encode(value).decode()
        case Mapping():
            return {str(key): json_value(item) for key, item in value.items()}
        case list() | tuple():
            return [json_value(item) for item in value]
    return str(value)
