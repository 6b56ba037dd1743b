"""Puts a failed execution on the spool, from where the reprocessor runs it again.

Called by a Catch in a state machine. Whatever goes wrong here is raised: an input that was not spooled
is lost, and nobody may be told otherwise.
"""

from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, ConfigDict, Field, model_validator

from stepkeeper import clock
from stepkeeper.aws import sqs
from stepkeeper.aws.clients import client
from stepkeeper.domain.arn import EXECUTION_ARN, STATE_MACHINE_ARN
from stepkeeper.domain.envelope import Envelope
from stepkeeper.domain.error_spooler import envelope_of_execution, envelope_of_input
from stepkeeper.errors import NoStateMachine
from stepkeeper.routing import Event, EventRouter
from stepkeeper.settings import OptionalText, Settings

router = EventRouter("error_spooler")
handler = router


class ErrorSpoolerSettings(Settings):
    spool_queue_url: str = Field(pattern=r"^https?://")
    default_state_machine_arn: OptionalText


class ErrorOutput(BaseModel):
    """What a Catch learns of the error."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    Error: str
    Cause: str = ""


class FailedExecution(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    id: str = Field(pattern=EXECUTION_ARN)
    name: str
    input: Any
    startTime: str


class FailedStateMachine(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    id: str = Field(pattern=STATE_MACHINE_ARN)
    name: str


class CaughtFailure(Event):
    """{"execution": {"id", "name", "input", "startTime"}, "stateMachine": {"id", "name"}, "state", "error": {"Error", "Cause"}}"""  # noqa: E501

    execution: FailedExecution
    stateMachine: FailedStateMachine
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


@router.on(CaughtFailure)
def spool_execution(event: CaughtFailure, _context: LambdaContext) -> dict[str, Any]:
    """Spools the original input of a failed execution."""
    return spool(
        envelope_of_execution(
            execution_arn=event.execution.id,
            input=event.execution.input,
            state_machine_arn=event.stateMachine.id,
            state=event.state,
            error=event.error.Error,
            cause=event.error.Cause,
            failed_at=clock.now(),
        )
    )


@router.on(BareInput)
def spool_input(event: BareInput, context: LambdaContext) -> dict[str, Any]:
    """Spools an input that names no execution."""
    default = ErrorSpoolerSettings.read().default_state_machine_arn
    if default is None:
        raise NoStateMachine(
            "The input names no execution, and DEFAULT_STATE_MACHINE_ARN does not say what should run it. "
            "Nothing was spooled."
        )
    return spool(
        envelope_of_input(
            input=event.input,
            state_machine_arn=default,
            error=str(event.error_info.get("Error", "")),
            cause=str(event.error_info.get("Cause", "")),
            failed_at=clock.now(),
            failure_id=context.aws_request_id,  # the same when Lambda itself repeats the invocation
        )
    )


def spool(envelope: Envelope) -> dict[str, Any]:
    """Sends the envelope; returns only once SQS has it."""
    settings = ErrorSpoolerSettings.read()
    message_id = sqs.send(client("sqs"), settings.spool_queue_url, envelope.body(), envelope.attributes())
    router.metrics.add_metric(name="Spooled", unit=MetricUnit.Count, value=1)
    told = {"lineage": envelope.lineage, "attempt": envelope.attempt, "message_id": message_id}
    router.logger.info("spooled", extra=told)
    return told
