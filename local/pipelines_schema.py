"""Writes docs/pipelines.schema.json, by which editors know src/pipelines.toml.

`python -m local.pipelines_schema`
"""

import json
from typing import Any

from local.tools import REPOSITORY
from stepkeeper.pipeline_tables import PipelineTables

PATH = REPOSITORY / "docs" / "pipelines.schema.json"

DRAFT = "http://json-schema.org/draft-07/schema#"


def schema() -> dict[str, Any]:
    """What the models generate, in a draft that editors of TOML know; pydantic's own is a later one.

    Defaults of null are left out: TOML has no null.
    """
    generated = PipelineTables.model_json_schema(ref_template="#/definitions/{model}")
    definitions = generated.pop("$defs")
    for key in definitions["PipelineTable"]["properties"].values():
        if key.get("default", ...) is None:
            del key["default"]
    return {"$schema": DRAFT, **generated, "definitions": definitions}


def text() -> str:
    """The content of the file."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
