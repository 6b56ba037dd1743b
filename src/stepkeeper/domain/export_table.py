"""What the operator wants exported: a table of exports.toml."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from stepkeeper.domain.period import Unit

StorageClass = Literal[
    "STANDARD", "STANDARD_IA", "INTELLIGENT_TIERING", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"
]


@dataclass(frozen=True)
class ExportTable:
    """Log groups that are exported alike: those named, those whose names begin so, those with all the tags.

    `back` is how many finished periods are wanted, `settle` how long after its end one is left alone,
    `retention_days` what is kept of a group once its older periods are exported (None: left as it is), and
    `at_most` the bytes that one run may export.
    """

    name: str
    log_groups: tuple[str, ...]
    prefixes: tuple[str, ...]
    tags: tuple[tuple[str, str], ...]
    unit: Unit
    zone: ZoneInfo
    back: int
    settle: timedelta
    folder: str
    storage_class: StorageClass
    retention_days: int | None
    at_most: int
