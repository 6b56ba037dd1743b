"""Puts what a failure left behind into an envelope, and says where the envelope goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any

from stepkeeper.domain.envelope import Envelope
from stepkeeper.domain.failure import FailureKey
from stepkeeper.domain.lineage import lineage_of, parse_rerun_name


@dataclass(frozen=True)
class Choice:
    """Whether the runs of a state machine are spooled, and why."""

    chosen: bool
    reason: str


def choose(name: str, *, patterns: Sequence[str], never: Sequence[str]) -> Choice:
    """Whether failed runs of the state machine `name` are spooled by their events.

    `patterns` are names with `*` and `?`; `never` are Stepkeeper's own machines, which start again by
    themselves.
    """
    if name in never:
        return Choice(False, f"{name} is Stepkeeper's own")
    if "/" in name:
        return Choice(False, f"{name} is a Map state, whose items run again with its execution")
    fitting = next((pattern for pattern in patterns if fnmatchcase(name, pattern)), None)
    if fitting is None:
        return Choice(False, f"SPOOL_MACHINES ({', '.join(patterns) or 'empty'}) does not name {name}")
    return Choice(True, f"{name} is in SPOOL_MACHINES, as {fitting}")


def failure_key_of(execution_arn: str, *, redrive_count: int) -> FailureKey:
    """Which failure it is when this execution, redriven so often, has failed.

    Told by the name and the count alone: each restart and each redrive is one attempt more.
    """
    rerun = parse_rerun_name(execution_arn.rsplit(":", 1)[-1])
    if rerun is None:
        return FailureKey(lineage_of(execution_arn), 1 + redrive_count)
    return FailureKey(rerun.lineage, rerun.attempt + 1 + redrive_count)


def envelope_of_execution(
    *,
    execution_arn: str,
    redrive_count: int,
    input: Any,
    state_machine_arn: str,
    state: str | None,
    error: str,
    cause: str,
    failed_at: datetime,
) -> Envelope:
    """The envelope of a failed execution: the next attempt of its lineage, or the first of a new one."""
    key = failure_key_of(execution_arn, redrive_count=redrive_count)
    return Envelope(
        lineage=key.lineage,
        attempt=key.attempt,
        state_machine_arn=state_machine_arn,
        execution_arn=execution_arn,
        redrive_count=redrive_count,
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


def why_quarantined(attempt: int, *, max_attempts: int) -> str | None:
    """Why a failure needs a person before its run is tried again; None where it does not."""
    if attempt < max_attempts:
        return None
    return f"it has failed {attempt} times, and max_attempts is {max_attempts}"
