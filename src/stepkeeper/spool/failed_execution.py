"""Gathers what is needed to keep a failed execution that has not said so itself."""

import json
from dataclasses import dataclass
from datetime import datetime

from botocore.exceptions import BotoCoreError, ClientError

from stepkeeper.aws import failed_runs, step_functions
from stepkeeper.aws.clients import client
from stepkeeper.domain.envelope import Envelope
from stepkeeper.domain.error_spooler import envelope_of_execution

NAMELESS = {"ABORTED": "Aborted", "TIMED_OUT": "States.Timeout"}
"""What DescribeExecution may give no error name for: a run that was stopped, or ran into its time-out."""


@dataclass(frozen=True)
class FailedExecution:
    """A failed execution, as an event or a list tells of it. `input` is JSON; None: it must be asked for."""

    arn: str
    state_machine_arn: str
    status: str
    redrive_count: int
    failed_at: datetime
    error: str | None
    cause: str | None
    input: str | None


def envelope_of(failed: FailedExecution) -> tuple[Envelope, bool | None]:
    """The envelope of a failed execution, and whether a redrive of it would go on; None: not known."""
    state = _last_state(failed.arn)
    input = failed.input
    if input is None:
        input = step_functions.describe_input(client("stepfunctions"), failed.arn)
    envelope = envelope_of_execution(
        execution_arn=failed.arn,
        redrive_count=failed.redrive_count,
        input=json.loads(input),
        state_machine_arn=failed.state_machine_arn,
        state=state.name if state else None,
        error=failed.error or NAMELESS.get(failed.status, ""),
        cause=failed.cause or "",
        failed_at=failed.failed_at,
    )
    return envelope, None if state is None else not state.is_fail


def _last_state(execution_arn: str) -> failed_runs.EnteredState | None:
    """None where it can't be known, for whatever reason: the input must be kept all the same."""
    try:
        return failed_runs.last_state(client("stepfunctions"), execution_arn)
    except (ClientError, BotoCoreError):
        return None
