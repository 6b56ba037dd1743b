"""Says in the operator's words what pydantic found wrong with a file of tables [KIND.NAME]."""

import json
from collections.abc import Iterator, Mapping, Sequence

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from stepkeeper.domain.mistakes import Mistake, near_match
from stepkeeper.toml_files.keys import NAME, fitting, shown


def mistakes_behind(
    error: ValidationError, *, kind: str, keys: Sequence[str], missing: str
) -> Iterator[Mistake]:
    """A mistake for each problem that the validation has found.

    `keys` are those that a table may have, `missing` is what may be where one has to be and is not.
    """
    for problem in error.errors(include_url=False):
        place = [str(part) for part in problem["loc"]]
        if len(place) == 1:
            yield Mistake(None, place[0], _why(problem, [kind], missing, a_table(kind)))
            continue
        # "[key]" is how pydantic says that the name itself is wrong.
        is_name = len(place) == 2 or (place[2] == "[key]" and problem["type"] == "value_error")
        why = _why(problem, keys, missing, a_table(kind))
        yield Mistake(place[1], None if is_name else place[2], why)


def a_table(kind: str) -> str:
    """What may be where something else than a table is."""
    return f"Allowed: tables [{kind}.NAME]."


def _why(problem: ErrorDetails, known: Sequence[str], missing: str, table: str) -> str:
    match problem["type"]:
        case "value_error":
            return str(problem["ctx"]["error"])
        case "extra_forbidden":
            key = str(problem["loc"][-1])
            allowed = table if len(problem["loc"]) == 1 else f"Allowed: {', '.join(known)}."
            return f"is not a known key.{near_match(key, known)} {allowed}"
        case "missing":
            return f"is missing. Allowed: {missing}."
        case _:
            return f"{shown(problem['input'])} is no table. {table}"


def told(mistakes: Sequence[Mistake], tables: Mapping[str, object], *, file: str, kind: str) -> str:
    """The message about a file: a line for each mistake, in the order of the tables."""
    order = {name: at for at, name in enumerate(tables)}
    ordered = sorted(mistakes, key=lambda each: -1 if each.table is None else order.get(each.table, -1))
    count = "a mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
    lines = [f"{_place(each, kind)}: {each.why}" for each in ordered]
    return "\n".join([f"{file} has {count}; nothing was done.", *lines])


def _place(mistake: Mistake, kind: str) -> str:
    table = f"[{kind}.{_key(mistake.table)}]" if mistake.table is not None else ""
    key = _key(mistake.key) if mistake.key is not None else ""
    return f"{table} {key}".strip()


def _key(key: str) -> str:
    """A key as TOML wants it written: in quotes where it is no bare one."""
    return key[:80] if fitting(NAME, key[:80]) else json.dumps(key[:80], ensure_ascii=False)
