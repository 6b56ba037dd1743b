"""Reads src/exports.toml, what the operator wants exported, and names all of its mistakes at once."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from stepkeeper.domain.export_layout import LOG_GROUP_NAME
from stepkeeper.domain.export_mistakes import Draft, mistakes_among
from stepkeeper.domain.export_table import ExportTable
from stepkeeper.domain.mistakes import Mistake
from stepkeeper.errors import InvalidExports
from stepkeeper.export_tables import TAKES, Export, ExportTables
from stepkeeper.toml_files.keys import fitting
from stepkeeper.toml_files.refusal import RefusedFile
from stepkeeper.toml_files.tables import TablesFile, content_of

PATH = Path(__file__).parents[1] / "exports.toml"
"""Beside the package, here and in the artifact."""

FILE = TablesFile(PATH.name, "exports", ExportTables, Export)


def read_exports(path: Path = PATH) -> tuple[ExportTable, ...]:
    """The tables that a file holds; where there is no file, there are none. Raises InvalidExports."""
    return parse_exports(content_of(path))


def parse_exports(content: bytes) -> tuple[ExportTable, ...]:
    """The tables in the content of a file, in its order. Raises InvalidExports, which names every mistake."""
    try:
        read = FILE.parse(content, among=_among)
    except RefusedFile as refused:
        raise InvalidExports(str(refused)) from None
    return tuple(export.table(name) for name, export in read.exports.items())


def _among(tables: Mapping[str, object], mistakes: Sequence[Mistake]) -> Iterator[Mistake]:
    return mistakes_among(list(_drafts(tables, mistakes)))


def _drafts(tables: Mapping[str, object], mistakes: Sequence[Mistake]) -> Iterator[Draft]:
    """The tables as far as they could be read, so that one mistake does not hide another."""
    wrong = {(mistake.table, mistake.key) for mistake in mistakes}
    for name, keys in tables.items():
        if not isinstance(keys, dict):
            continue
        # Every key may be left out, so what is left can be read.
        read = Export.model_validate({key: keys[key] for key in keys if (name, key) not in wrong})
        log_groups = keys.get("log_groups")
        yield Draft(
            name=name,
            takes_some=any((name, key) in wrong or getattr(read, key) for key in TAKES),
            log_groups=tuple(each for each in log_groups if fitting(LOG_GROUP_NAME, each))
            if isinstance(log_groups, list)
            else (),
            unit=None if (name, "period") in wrong else read.period,
            settle=None if (name, "settle") in wrong else read.settle,
            retention_days=read.retention,
        )
