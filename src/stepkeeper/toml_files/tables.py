"""Reads a file of tables [KIND.NAME], such as [pipelines.nightly-ingest], by its pydantic model."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import BaseModel, ValidationError

from stepkeeper.domain.mistakes import Mistake
from stepkeeper.toml_files.mistakes import mistakes_behind, told
from stepkeeper.toml_files.refusal import RefusedFile
from stepkeeper.toml_files.text import parse_toml

Tables = TypeVar("Tables", bound=BaseModel)

Among = Callable[[Mapping[str, object], Sequence[Mistake]], Iterable[Mistake]]
"""Finds the mistakes between keys and between tables, in all tables as they stand in the file; it is told
which mistakes single values have."""


@dataclass(frozen=True)
class TablesFile(Generic[Tables]):
    """A file of the operator's: its name, the kind of its tables, the model of all, and that of one of them.

    `missing` is what may be where a key has to be and is not.
    """

    name: str
    kind: str
    tables: type[Tables]
    table: type[BaseModel]
    missing: str = "a value"

    def parse(self, content: bytes, *, among: Among, context: object = None) -> Tables:
        """The tables in the content of the file. Raises RefusedFile, which names every mistake."""
        given = parse_toml(content, file=self.name)
        found = given.get(self.kind)
        tables: dict[str, object] = found if isinstance(found, dict) else {}
        read: Tables | None = None
        mistakes: list[Mistake] = []
        try:
            read = self.tables.model_validate(given, context=context)
        except ValidationError as error:
            keys = list(self.table.model_fields)
            mistakes += mistakes_behind(error, kind=self.kind, keys=keys, missing=self.missing)
        mistakes += among(tables, list(mistakes))
        if read is None or mistakes:
            raise RefusedFile(told(mistakes, tables, file=self.name, kind=self.kind))
        return read


def content_of(path: Path) -> bytes:
    """Of a file; where there is none, nothing."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
