"""Gathers what became of a lineage, from the state table and from Step Functions."""

from datetime import datetime
from typing import Any

from stepkeeper import clock
from stepkeeper.aws import failed_runs, lineages
from stepkeeper.aws.clients import client
from stepkeeper.domain.error_spooler import failure_key_of
from stepkeeper.domain.execution import ExecutionStatus
from stepkeeper.domain.failure import FailureRecord
from stepkeeper.domain.history import state_of, tell
from stepkeeper.spool.errors import LineageUnknown


def look_back(state_table: str, lineage: str) -> dict[str, Any]:
    """What became of a lineage. Raises LineageUnknown."""
    records = lineages.read_lineage(client("dynamodb"), state_table, lineage)
    if not records:
        raise LineageUnknown(
            f"Nothing is known of a lineage {lineage}. It has 16 hex digits, and is in a spooled message, in "
            "a plan's samples, and in the name of each run that was started again. It is kept for a year."
        )
    ended = _how_it_goes(records[-1])
    return {
        "lineage": lineage,
        "state": state_of(records[-1], ended, now=clock.now()),
        "events": tell(records, ended=ended),
    }


def _how_it_goes(last: FailureRecord) -> tuple[ExecutionStatus, datetime | None] | None:
    """The status of what answers the last failure; None where there is no such execution (yet)."""
    if last.answered_as is None:
        return None
    run = failed_runs.describe_run(client("stepfunctions"), last.answered_as)
    if run is None or failure_key_of(last.answered_as, redrive_count=run.redrive_count) == last.key:
        return None  # the very run that failed: it has not been redriven yet
    return run.status, run.stopped_at
