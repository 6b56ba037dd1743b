"""The tables of exports.toml, which editors know by docs/exports.schema.json."""

from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from stepkeeper.domain.export_table import ExportTable
from stepkeeper.domain.period import SETTLING
from stepkeeper.export_keys import (
    Back,
    ExportName,
    Folder,
    PeriodKey,
    Retention,
    Settle,
    Size,
    StorageClassKey,
    ZoneKey,
)
from stepkeeper.export_log_groups import LogGroups, Prefixes, Tags

UTC = ZoneInfo("UTC")

TAKES = ("log_groups", "prefixes", "tags")
"""The keys that say which log groups a table takes: with none of them it takes none."""


class Export(BaseModel):
    """Log groups that are exported alike; at least one of log_groups, prefixes and tags has to take some."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        title="Export",
        json_schema_extra={"anyOf": [{"required": [key]} for key in TAKES]},
    )

    log_groups: LogGroups = Field(
        default=(),
        title="Log groups",
        description="Those of these names. A name may be in one table only.",
        examples=[["/orders/nightly"]],
    )
    prefixes: Prefixes = Field(
        default=(),
        title="Prefixes",
        description="All log groups whose names begin with one of these, also those that appear later.",
        examples=[["/aws/lambda/nightly-"]],
    )
    tags: Tags = Field(
        default_factory=dict,
        title="Tags",
        description="All log groups that carry all of these tags, also those that appear later.",
        examples=[{"export": "yes"}],
        json_schema_extra={"default": {}},
    )
    period: PeriodKey = Field(
        default="month",
        title="Period",
        description="What is exported at a time: a day, a week from Monday, or a month of the calendar.",
    )
    time_zone: ZoneKey = Field(
        default_factory=lambda: UTC,
        title="Time zone",
        description="In which periods begin and end at midnight: an IANA name.",
        examples=["Asia/Tokyo"],
        json_schema_extra={"default": "UTC"},
    )
    back: Back = Field(
        default=12,
        title="How far back",
        description="How many finished periods are wanted, from 1 to 1200.",
        examples=[36],
    )
    settle: Settle = Field(
        default=SETTLING,
        title="Settling",
        description="How long after its end a period is left alone: minutes, hours or days, from 12h to 30d.",
        examples=["12h", "2d"],
        json_schema_extra={"default": "12h"},
    )
    folder: Folder = Field(
        default="exports",
        title="Folder",
        description="Where in the bucket the exports lie; not in the folder of a storage class.",
        examples=["logs/orders"],
    )
    storage_class: StorageClassKey = Field(
        default="STANDARD_IA",
        title="Storage class",
        description="Of S3, for the data that is exported.",
    )
    retention: Retention = Field(
        default=None,
        title="Retention",
        description="What is kept of a log group once its older periods are exported: at least 3d where the "
        "period is a day, 14d for a week, 90d for a month. Without it, its retention is left as it is.",
        examples=["90d"],
    )
    at_most: Size = Field(
        default=100 * 10**9,
        title="Cost guard",
        description="The bytes that one run may export from all log groups of the table: KB, MB, GB or TB "
        "(powers of 1000).",
        examples=["100GB", "2TB"],
        json_schema_extra={"default": "100GB"},
    )

    def table(self, name: str) -> ExportTable:
        """What the table of this name says."""
        return ExportTable(
            name=name,
            log_groups=self.log_groups,
            prefixes=self.prefixes,
            tags=tuple(sorted(self.tags.items())),
            unit=self.period,
            zone=self.time_zone,
            back=self.back,
            settle=self.settle,
            folder=self.folder,
            storage_class=self.storage_class,
            retention_days=self.retention,
            at_most=self.at_most,
        )


class ExportTables(BaseModel):
    """Which log groups are exported to S3, and how."""

    model_config = ConfigDict(frozen=True, extra="forbid", title="Stepkeeper's exports of logs")

    exports: dict[ExportName, Export] = Field(
        default_factory=dict,
        title="Exports",
        description="One table [exports.NAME] for each. A log group that several take belongs to the first.",
        json_schema_extra={"additionalProperties": False},
    )
