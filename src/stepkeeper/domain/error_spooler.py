"""Puts what a failure left behind into an envelope."""

from datetime import datetime
from typing import Any

from stepkeeper.domain.envelope import Envelope
from stepkeeper.domain.lineage import lineage_of, parse_rerun_name


def envelope_of_execution(
    *,
    execution_arn: str,
    input: Any,
    state_machine_arn: str,
    state: str,
    error: str,
    cause: str,
    failed_at: datetime,
) -> Envelope:
    """The envelope of a failed execution: the next attempt of its lineage, or the first of a new one."""
    rerun = parse_rerun_name(execution_arn.rsplit(":", 1)[-1])
    return Envelope(
        lineage=rerun.lineage if rerun else lineage_of(execution_arn),
        attempt=rerun.attempt + 1 if rerun else 1,
        state_machine_arn=state_machine_arn,
        execution_arn=execution_arn,
        input=input,
        state=state,
        error=error,
        cause=cause,
        failed_at=failed_at,
    )


def envelope_of_input(
    *,
    input: Any,
    state_machine_arn: str,
    error: str,
    cause: str,
    failed_at: datetime,
    failure_id: str,
) -> Envelope:
    """The envelope of an input that names no execution.

    `failure_id` is new for each call: nothing could tell a repeat from a second failure, and losing one
    is worse than running one twice.
    """
    return Envelope(
        lineage=lineage_of(failure_id),
        attempt=1,
        state_machine_arn=state_machine_arn,
        execution_arn=None,
        input=input,
        state=None,
        error=error,
        cause=cause,
        failed_at=failed_at,
    )
