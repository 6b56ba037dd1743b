"""The two files of the operator: each with its sample, the page about it and the schema for editors."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cfnlint.jsonschema import StandardValidator

from local.schemas import EXPORTS as EXPORTS_SCHEMA
from local.schemas import PIPELINES as PIPELINES_SCHEMA
from local.schemas import Schema
from tests.template import PATH as TEMPLATE

ROOT = TEMPLATE.parent


@dataclass(frozen=True)
class OperatorsFile:
    """One of them."""

    schema: Schema

    @property
    def name(self) -> str:
        return self.schema.file.name

    @property
    def own(self) -> Path:
        return ROOT / "src" / self.name

    @property
    def sample(self) -> Path:
        return ROOT / "samples" / self.name

    @property
    def page(self) -> str:
        return (ROOT / "docs" / f"{self.schema.file.kind}.md").read_text(encoding="utf-8")

    @property
    def blocks(self) -> list[str]:
        """Of code, on the page."""
        return re.findall(r"```\w+\n(.*?)```", self.page, re.DOTALL)

    def objections(self, document: dict[str, Any]) -> list[str]:
        """What an editor would say of a file."""
        return [error.message for error in StandardValidator(self.schema.content()).iter_errors(document)]


PIPELINES = OperatorsFile(PIPELINES_SCHEMA)
EXPORTS = OperatorsFile(EXPORTS_SCHEMA)
