"""What people and drain_spool ask of the reprocessor."""

from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictInt

from stepkeeper.domain.arn import EXECUTION_ARN, STATE_MACHINE_ARN
from stepkeeper.domain.breaker import WatchedRun
from stepkeeper.domain.failure import FailureKey
from stepkeeper.domain.plan import Filters, Source
from stepkeeper.domain.verdict import Verdict
from stepkeeper.fields import Duration
from stepkeeper.routing import Event

LINEAGE = r"^[0-9a-f]{16}$"
PLAN_ID = r"^[0-9a-z][-0-9a-z]{0,63}$"
MOST_RUNNING = 1_000
"""As many executions as one ListExecutions counts (API reference)."""

Age = Annotated[Duration, Field(ge=timedelta(0))]
Text = Annotated[str, Field(min_length=1, max_length=256)]
MachineArn = Annotated[str, Field(pattern=STATE_MACHINE_ARN)]
Lineage = Annotated[str, Field(pattern=LINEAGE)]


class Watched(BaseModel):
    """A run that was started again, as `run` gives it and `look` takes it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lineage: Lineage
    attempt: int = Field(ge=1)
    state_machine_arn: str = Field(pattern=STATE_MACHINE_ARN)
    execution_arn: str = Field(pattern=EXECUTION_ARN)

    def run(self) -> WatchedRun:
        """The run, of which nothing is known yet."""
        return WatchedRun(FailureKey(self.lineage, self.attempt), self.state_machine_arn, self.execution_arn)


class Run(Event):
    """{"action"?: "run", "plan"?: "<id>", "max"?: 10, "max_running"?: 500, "rate"?: 100, "trusted"?: […]}"""

    action: Literal["run"] = "run"
    plan: str | None = Field(default=None, pattern=PLAN_ID)
    max: StrictInt | None = Field(default=None, ge=1)
    max_running: StrictInt | None = Field(default=None, ge=1, le=MOST_RUNNING)
    rate: StrictInt | None = Field(default=None, ge=1, le=1_000)
    trusted: tuple[MachineArn, ...] | None = Field(default=None, max_length=1_000)


class MakePlan(Event):
    """{"action": "plan", "state_machine"?, "error"?, "attempt"?: 1, "older_than"?: "PT2H", "younger_than"?: "P1D", "from"?: "spool" | "quarantine", "override"?: "restart" | "redrive" | "wait" | "quarantine"}"""  # noqa: E501

    action: Literal["plan"]
    state_machine: Text | None = None
    error: Annotated[str, Field(max_length=256)] | None = None
    attempt: StrictInt | None = Field(default=None, ge=1)
    older_than: Age | None = None
    younger_than: Age | None = None
    source: Source = Field(default="spool", alias="from")
    override: Verdict | None = None

    @property
    def filters(self) -> Filters:
        """Which of what waits it is about."""
        return Filters(self.state_machine, self.error, self.attempt, self.older_than, self.younger_than)


class Look(Event):
    """{"action": "look", "watched": [{"lineage", "attempt", "state_machine_arn", "execution_arn"}, …], "trusted"?: […], "patient"?: true}"""  # noqa: E501

    action: Literal["look"]
    watched: tuple[Watched, ...] = Field(max_length=1_000)
    trusted: tuple[MachineArn, ...] = Field(default=(), max_length=1_000)
    patient: bool = True


class Edit(Event):
    """{"action": "edit", "lineage": "<16 hex digits>", "input": {…}, "reason": "…"}"""

    action: Literal["edit"]
    lineage: Lineage
    input: Any
    reason: Text


class Drop(Event):
    """{"action": "drop", "lineage": "<16 hex digits>", "reason": "…"}"""

    action: Literal["drop"]
    lineage: Lineage
    reason: Text


class LookBack(Event):
    """{"action": "history", "lineage": "<16 hex digits>"}"""

    action: Literal["history"]
    lineage: Lineage
