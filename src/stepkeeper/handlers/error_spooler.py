"""Puts a failed execution on the spool, from where the reprocessor runs it again.

Called by a Catch in a state machine, and by a rule on the status change of any. Whatever goes wrong here is
raised: an input that was not spooled is lost, and nobody may be told otherwise.
"""

from datetime import datetime
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import Field

from stepkeeper import clock
from stepkeeper.caught_failure import BareInput, CaughtFailure
from stepkeeper.domain.envelope import Envelope
from stepkeeper.domain.error_spooler import choose, envelope_of_execution, envelope_of_input
from stepkeeper.domain.execution import FAILED
from stepkeeper.errors import NoStateMachine
from stepkeeper.routing import EventRouter
from stepkeeper.settings import Names, OptionalText
from stepkeeper.spool import intake
from stepkeeper.spool.failed_execution import FailedExecution, envelope_of
from stepkeeper.spool.places import Places
from stepkeeper.spool.redriven import note_redrive
from stepkeeper.status_change import ExecutionStatusChange

router = EventRouter("error_spooler")
handler = router


class ErrorSpoolerSettings(Places):
    max_attempts: int = Field(ge=1)
    default_state_machine_arn: OptionalText
    spool_machines: Names
    never_spooled: Names


@router.on(CaughtFailure)
def spool_caught(event: CaughtFailure, _context: LambdaContext) -> dict[str, Any]:
    """Spools the original input of an execution that is about to fail."""
    envelope = envelope_of_execution(
        execution_arn=event.execution.id,
        redrive_count=event.execution.redriveCount,
        input=event.execution.input,
        state_machine_arn=event.stateMachine.id,
        state=event.state,
        error=event.error.Error,
        cause=event.error.Cause,
        failed_at=clock.now(),
    )
    # Not resumable: after its Catch it ends in a Fail state, where a redrive would only fail again.
    started_at = event.execution.started_at
    return spool(ErrorSpoolerSettings.read(), envelope, resumable=False, started_at=started_at)


@router.on(BareInput)
def spool_input(event: BareInput, context: LambdaContext) -> dict[str, Any]:
    """Spools an input that names no execution."""
    settings = ErrorSpoolerSettings.read()
    if settings.default_state_machine_arn is None:
        raise NoStateMachine(
            "The input names no execution, and DEFAULT_STATE_MACHINE_ARN does not say what should run it. "
            "Nothing was spooled."
        )
    envelope = envelope_of_input(
        input=event.input,
        state_machine_arn=settings.default_state_machine_arn,
        error=str(event.error_info.get("Error", "")),
        cause=str(event.error_info.get("Cause", "")),
        failed_at=clock.now(),
        failure_id=context.aws_request_id,  # the same when Lambda itself repeats the invocation
    )
    return spool(settings, envelope, resumable=False)


@router.on(ExecutionStatusChange)
def spool_failed(event: ExecutionStatusChange, _context: LambdaContext) -> dict[str, Any]:
    """Spools an execution of a state machine that need not know of Stepkeeper."""
    settings = ErrorSpoolerSettings.read()
    detail = event.detail
    choice = choose(
        detail.stateMachineArn.rsplit(":", 1)[-1],
        patterns=settings.spool_machines,
        never=settings.never_spooled,
    )
    reason = choice.reason
    if choice.chosen and detail.status == "RUNNING" and detail.redriveCount:
        reason = "it was redriven, which is remembered"
        note_redrive(
            settings.state_table,
            detail.executionArn,
            redrive_count=detail.redriveCount,
            state_machine_arn=detail.stateMachineArn,
            now=clock.now(),
        )
    elif choice.chosen and detail.status not in FAILED:
        reason = f"its status is {detail.status}"
    if detail.status not in FAILED or not choice.chosen:
        router.logger.info("not spooled", extra={"reason": reason})
        return {"spooled": False, "reason": reason}
    envelope, resumable = envelope_of(
        FailedExecution(
            arn=detail.executionArn,
            state_machine_arn=detail.stateMachineArn,
            status=detail.status,
            redrive_count=detail.redriveCount or 0,
            failed_at=detail.stopped_at or clock.now(),
            error=detail.error,
            cause=detail.cause,
            input=detail.input,
        )
    )
    return spool(settings, envelope, resumable=resumable, started_at=detail.started_at)


def spool(
    settings: ErrorSpoolerSettings,
    envelope: Envelope,
    *,
    resumable: bool | None,
    started_at: datetime | None = None,
) -> dict[str, Any]:
    """Keeps the envelope, if its failure is not kept already."""
    kept = intake.keep(
        settings,
        envelope,
        max_attempts=settings.max_attempts,
        started_at=started_at,
        resumable=resumable,
        now=clock.now(),
    )
    metric = "Quarantined" if kept.quarantined else "Spooled"
    router.metrics.add_metric(name=metric, unit=MetricUnit.Count, value=int(kept.anew))
    told = {"lineage": envelope.lineage, "attempt": envelope.attempt, "message_id": kept.message_id}
    router.logger.info("spooled", extra={**told, "anew": kept.anew, "quarantined": kept.quarantined})
    return told
