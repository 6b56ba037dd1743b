"""Where exports are remembered and where they go."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import Field

from stepkeeper.domain.export_table import ExportTable
from stepkeeper.exports_file import read_exports
from stepkeeper.settings import Settings

TABLES = "exports.toml"


class ExportSettings(Settings):
    """`lambda_task_root` is where Lambda has put the artifact, with exports.toml in it."""

    state_table: str = Field(min_length=3)
    export_bucket: str = Field(min_length=3)
    notifier_function_name: str = Field(min_length=1)
    overdue_days: int = Field(ge=1)
    lambda_task_root: Path


@dataclass(frozen=True)
class Place:
    """What a handler knows before it looks at any log group. `notifier` is the name of that function."""

    tables: tuple[ExportTable, ...]
    state_table: str
    bucket: str
    notifier: str

    def table(self, name: str | None) -> ExportTable | None:
        """The table of this name, if exports.toml still has it."""
        return next((table for table in self.tables if table.name == name), None)


def place_of(settings: ExportSettings) -> Place:
    """Raises InvalidExports."""
    return Place(
        tables=_read_once(settings.lambda_task_root / TABLES),
        state_table=settings.state_table,
        bucket=settings.export_bucket,
        notifier=settings.notifier_function_name,
    )


@cache
def _read_once(path: Path) -> tuple[ExportTable, ...]:
    return read_exports(path)
