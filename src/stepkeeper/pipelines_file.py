"""Reads src/pipelines.toml, the operator's map of pipelines, and names all of its mistakes at once."""

import json
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from stepkeeper.domain.arn import Home
from stepkeeper.domain.map_mistakes import Draft, Mistake, mistakes_among
from stepkeeper.domain.pipeline_map import PipelineMap
from stepkeeper.errors import InvalidPipelines
from stepkeeper.pipeline_keys import NAME, fitting
from stepkeeper.pipeline_mistakes import mistake_behind
from stepkeeper.pipeline_resources import gate_of
from stepkeeper.pipeline_tables import PipelineTables

PATH = Path(__file__).parents[1] / "pipelines.toml"
"""Beside the package, here and in the artifact."""


def read_pipelines(path: Path = PATH, *, home: Home | None = None) -> PipelineMap:
    """The map that a file holds; where there is no file, there are no pipelines. Raises InvalidPipelines."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return PipelineMap()
    return parse_pipelines(content, home=home)


def parse_pipelines(content: bytes, *, home: Home | None = None) -> PipelineMap:
    """The map in the content of a file. With `home`, no ARN may be of another account or Region.

    Raises InvalidPipelines, which names every mistake.
    """
    given = _toml(content)
    tables = PipelineTables()
    mistakes: list[Mistake] = []
    try:
        tables = PipelineTables.model_validate(given, context=home)
    except ValidationError as error:
        mistakes = [mistake_behind(problem) for problem in error.errors(include_url=False)]
    mistakes += mistakes_among(list(_drafts(given, mistakes, home)))
    if mistakes:
        raise InvalidPipelines(_message(mistakes, given))
    return PipelineMap(tuple(table.pipeline(name) for name, table in tables.pipelines.items()))


def _toml(content: bytes) -> dict[str, Any]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, column = _end(content[: error.start].decode("utf-8-sig"))
        raise InvalidPipelines(
            f"pipelines.toml is not in UTF-8: see line {line}, column {column}. Nothing was done."
        ) from None
    try:
        return tomllib.loads(text)
    except ValueError as error:  # TOMLDecodeError, but for a number of thousands of digits
        line, column = _end(text)
        why = str(error).replace("at end of document", f"at line {line}, column {column}, the end")
        raise InvalidPipelines(f"pipelines.toml is no TOML: {why}. Nothing was done.") from None


def _end(text: str) -> tuple[int, int]:
    """Line and column just after the text."""
    return text.count("\n") + 1, len(text) - text.rfind("\n")


def _drafts(given: dict[str, Any], mistakes: Sequence[Mistake], home: Home | None) -> Iterator[Draft]:
    """The tables as far as they could be read, so that one mistake does not hide another."""
    wrong = {(mistake.pipeline, mistake.key) for mistake in mistakes}
    tables = given.get("pipelines")
    for name, table in tables.items() if isinstance(tables, dict) else ():
        keys = table if isinstance(table, dict) else {}
        good = {key: value for key, value in keys.items() if (name, key) not in wrong}
        blocks = keys.get("blocks", ())
        yield Draft(
            name=name,
            keys=frozenset(keys),
            state_machine=good.get("state_machine"),
            started_by=gate_of(good["started_by"], home) if "started_by" in good else None,
            blocks=tuple(name for name in blocks if isinstance(name, str))
            if isinstance(blocks, list)
            else (),
        )


def _message(mistakes: Sequence[Mistake], given: dict[str, Any]) -> str:
    """A line for each, in the order of the tables."""
    tables = given.get("pipelines")
    order = {name: at for at, name in enumerate(tables if isinstance(tables, dict) else ())}
    ordered = sorted(mistakes, key=lambda each: order.get(each.pipeline, -1))
    count = "a mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
    lines = [f"{_place(each)}: {each.why}" for each in ordered]
    return "\n".join([f"pipelines.toml has {count}; nothing was done.", *lines])


def _place(mistake: Mistake) -> str:
    table = f"[pipelines.{_key(mistake.pipeline)}]" if mistake.pipeline is not None else ""
    key = _key(mistake.key) if mistake.key is not None else ""
    return f"{table} {key}".strip()


def _key(key: str) -> str:
    """A key as TOML wants it written: in quotes where it is no bare one."""
    return key[:80] if fitting(NAME, key[:80]) else json.dumps(key[:80], ensure_ascii=False)
