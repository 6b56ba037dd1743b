"""Reads src/pipelines.toml, the operator's map of pipelines, and names all of its mistakes at once."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from stepkeeper.domain.arn import Home
from stepkeeper.domain.map_mistakes import Draft, mistakes_among
from stepkeeper.domain.mistakes import Mistake
from stepkeeper.domain.pipeline_map import PipelineMap
from stepkeeper.errors import InvalidPipelines
from stepkeeper.pipeline_resources import MACHINE_FORMS, gate_of
from stepkeeper.pipeline_tables import PipelineTable, PipelineTables
from stepkeeper.toml_files.refusal import RefusedFile
from stepkeeper.toml_files.tables import TablesFile, content_of

PATH = Path(__file__).parents[1] / "pipelines.toml"
"""Beside the package, here and in the artifact."""

# Only state_machine can be missing.
FILE = TablesFile(PATH.name, "pipelines", PipelineTables, PipelineTable, missing=MACHINE_FORMS)


def read_pipelines(path: Path = PATH, *, home: Home | None = None) -> PipelineMap:
    """The map that a file holds; where there is no file, there are no pipelines. Raises InvalidPipelines."""
    return parse_pipelines(content_of(path), home=home)


def parse_pipelines(content: bytes, *, home: Home | None = None) -> PipelineMap:
    """The map in the content of a file. With `home`, no ARN may be of another account or Region.

    Raises InvalidPipelines, which names every mistake.
    """

    def among(tables: Mapping[str, object], mistakes: Sequence[Mistake]) -> Iterator[Mistake]:
        return mistakes_among(list(_drafts(tables, mistakes, home)))

    try:
        read = FILE.parse(content, among=among, context=home)
    except RefusedFile as refused:
        raise InvalidPipelines(str(refused)) from None
    return PipelineMap(tuple(table.pipeline(name) for name, table in read.pipelines.items()))


def _drafts(tables: Mapping[str, object], mistakes: Sequence[Mistake], home: Home | None) -> Iterator[Draft]:
    """The tables as far as they could be read, so that one mistake does not hide another."""
    wrong = {(mistake.table, mistake.key) for mistake in mistakes}
    for name, table in tables.items():
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
