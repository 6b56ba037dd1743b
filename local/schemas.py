"""Writes docs/*.schema.json, by which editors know pipelines.toml and exports.toml.

`python -m local.schemas`
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.tools import REPOSITORY
from stepkeeper import exports_file, pipelines_file
from stepkeeper.toml_files.tables import TablesFile

DRAFT = "http://json-schema.org/draft-07/schema#"


@dataclass(frozen=True)
class Schema:
    """Of one of the files."""

    file: TablesFile[Any]

    @property
    def path(self) -> Path:
        """Where it is written."""
        return REPOSITORY / "docs" / f"{self.file.kind}.schema.json"

    @property
    def keys(self) -> dict[str, Any]:
        """What it says of each key of a table."""
        properties: dict[str, Any] = self.content()["definitions"][self.file.table.__name__]["properties"]
        return properties

    def content(self) -> dict[str, Any]:
        """What the models generate, in a draft that editors of TOML know; pydantic's own is a later one.

        Defaults of null are left out: TOML has no null.
        """
        generated = self.file.tables.model_json_schema(ref_template="#/definitions/{model}")
        definitions = generated.pop("$defs")
        for key in definitions[self.file.table.__name__]["properties"].values():
            if key.get("default", ...) is None:
                del key["default"]
        return {"$schema": DRAFT, **generated, "definitions": definitions}

    def text(self) -> str:
        """The content of the file."""
        return json.dumps(self.content(), indent=2, ensure_ascii=False) + "\n"


PIPELINES = Schema(pipelines_file.FILE)
EXPORTS = Schema(exports_file.FILE)

if __name__ == "__main__":
    for schema in (PIPELINES, EXPORTS):
        schema.path.write_text(schema.text(), encoding="utf-8")
