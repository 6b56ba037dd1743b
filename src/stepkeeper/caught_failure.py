"""The events of a state machine that spools its own failure, in a Catch."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from stepkeeper.domain.arn import EXECUTION_ARN, STATE_MACHINE_ARN
from stepkeeper.routing import Event


class ErrorOutput(BaseModel):
    """What a Catch learns of the error."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    Error: str
    Cause: str = ""


class CaughtExecution(BaseModel):
    """The execution, from the context object. `redriveCount` is 0 where the state machine does not tell."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    id: str = Field(pattern=EXECUTION_ARN)
    name: str
    input: Any
    startTime: str
    redriveCount: int = Field(default=0, ge=0)

    @property
    def started_at(self) -> datetime | None:
        """None where the state machine tells no time: its input must be kept all the same."""
        try:
            moment = datetime.fromisoformat(self.startTime)
        except ValueError:
            return None
        return moment if moment.tzinfo else None


class CaughtIn(BaseModel):
    """The state machine, from the context object."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    id: str = Field(pattern=STATE_MACHINE_ARN)
    name: str


class CaughtFailure(Event):
    """{"execution": {"id", "name", "input", "startTime", "redriveCount"?}, "stateMachine": {"id", "name"}, "state", "error": {"Error", "Cause"}}"""  # noqa: E501

    execution: CaughtExecution
    stateMachine: CaughtIn
    state: str
    error: ErrorOutput

    @property
    def correlation_id(self) -> str:
        return self.execution.id


class BareInput(Event):
    """{"error-info": {"Error", "Cause"}, …}, where … is the input for DEFAULT_STATE_MACHINE_ARN"""

    error_info: dict[str, Any] = Field(alias="error-info")
    input: dict[str, Any]

    @model_validator(mode="before")
    @classmethod
    def _split(cls, event: Any) -> Any:
        if not isinstance(event, dict) or "error-info" not in event:
            raise ValueError("it is no object with 'error-info'")
        rest = {key: value for key, value in event.items() if key != "error-info"}
        return {"error-info": event["error-info"], "input": rest}
