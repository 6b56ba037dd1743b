"""The tables of pipelines.toml, which editors know by docs/pipelines.schema.json."""

from pydantic import BaseModel, ConfigDict, Field

from stepkeeper.domain.map_mistakes import NEEDS_A_GATE
from stepkeeper.domain.pipeline import Pipeline
from stepkeeper.pipeline_keys import BlockedNames, Channel, Deadline, Interval, MissedKey, Name, ReopenKey
from stepkeeper.pipeline_resources import GateKey, StateMachineKey


class PipelineTable(BaseModel):
    """A pipeline: a STANDARD state machine that Stepkeeper looks after."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        title="Pipeline",
        json_schema_extra={"dependencies": {key: ["started_by"] for key in NEEDS_A_GATE}},
    )

    state_machine: StateMachineKey = Field(
        title="State machine",
        description="Its name, or its ARN without version or alias.",
        examples=["nightly-ingest"],
    )
    started_by: GateKey = Field(
        default=None,
        title="Gate",
        description="The rule or schedule that starts the pipeline: its expression and time zone are there. "
        "Without it the pipeline has no gate, and no other may block it.",
        examples=["schedule/default/start-ingest", "rule/start-report"],
    )
    succeeds_within: Deadline = Field(
        default=None,
        title="Deadline",
        description="How long after its start time a run has to have succeeded: minutes, hours or days, "
        "from 1m to 365d. Needs started_by. Without it there is no deadline.",
        examples=["90m", "2h", "1d"],
    )
    blocks: BlockedNames = Field(
        default=(),
        title="Blocks",
        description="The pipelines whose gates are to close when this one fails, and so on downstream.",
        examples=[["nightly-report", "weekly-mail"]],
    )
    reopen: ReopenKey = Field(
        default="on-success",
        title="Reopen",
        description="When this pipeline is to let go of the gates that it closed: on its next success, "
        "when a person says so, or at a time of day.",
        examples=["on-success", "by-hand", "at 06:00 Asia/Tokyo"],
    )
    missed: MissedKey = Field(
        default="drop",
        title="Missed starts",
        description="What is to become of the starts that fall into the time in which the gate is closed: "
        "none is made up for, one run is for all of them, or each gets its own. Needs started_by.",
    )
    channel: Channel = Field(
        default=None,
        title="Channel",
        description="Who is to be told: one of the notifier's channels. Without it, its default one.",
        examples=["#batch"],
    )
    remind_every: Interval = Field(
        default=None,
        title="Reminders",
        description="How often people are to be reminded of an open incident: minutes, hours or days, "
        "from 5m to 30d. Without it, never.",
        examples=["1h", "1d"],
    )

    def pipeline(self, name: str) -> Pipeline:
        """What the table says of the pipeline of this name."""
        return Pipeline(name=name, **dict(self))


class PipelineTables(BaseModel):
    """What runs when, and what depends on what."""

    model_config = ConfigDict(frozen=True, extra="forbid", title="Stepkeeper's map of pipelines")

    pipelines: dict[Name, PipelineTable] = Field(
        default_factory=dict,
        title="Pipelines",
        description="One table [pipelines.NAME] for each.",
        json_schema_extra={"additionalProperties": False},
    )
