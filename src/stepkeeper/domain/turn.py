"""Whose turn it is to export: one execution of export_logs at a time.

Nobody gives a turn back: once its execution has ended, the next one takes it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

KNOWN_AFTER = timedelta(minutes=5)
"""What Step Functions tells of an execution is eventually consistent (API reference, DescribeExecution): one
that it does not know may have begun a moment ago."""

PLANNED_FOR = timedelta(hours=20)
"""What finishes while a run goes on, and log groups that appear, are planned within a day."""


@dataclass(frozen=True)
class Turn:
    """`run` is the first of the executions that hand over to each other, `holder` the one at work.

    `held_back` are the tables that this run exports nothing of, and why; `problems` are what
    else could not be planned, such as log groups that do not exist, and `planned_at` is when that was.
    """

    holder: str
    run: str
    since: datetime
    version: int = 1
    held_back: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    planned_at: datetime | None = None


@dataclass(frozen=True)
class Busy:
    """Another execution is at work."""

    holder: str
    reason: str


def holder_to_ask_for(turn: Turn | None, execution: str, *, run: str, continues: str | None) -> str | None:
    """The execution of which it matters whether it still runs; one hands over only to its own run."""
    if turn is None or turn.holder == execution or (turn.holder == continues and turn.run == run):
        return None
    return turn.holder


def is_to_plan(turn: Turn, *, continues: str | None, now: datetime) -> bool:
    """A run plans when it begins, and again each day that it goes on."""
    return continues is None or turn.planned_at is None or now - turn.planned_at >= PLANNED_FOR


def take(
    turn: Turn | None, execution: str, *, run: str, now: datetime, holder_runs: bool | None
) -> Turn | Busy:
    """An execution wants to export. `holder_runs` is None where nobody knows the holder."""
    if turn is None:
        return Turn(execution, run, now)
    if turn.holder == execution:
        return turn
    if holder_runs or (holder_runs is None and now - turn.since < KNOWN_AFTER):
        return Busy(turn.holder, f"{turn.holder} is at it, since {turn.since:%Y-%m-%d %H:%M:%S %Z}")
    # What is held back stays so until somebody plans again: who only continues a run does not.
    return replace(turn, holder=execution, run=run, since=now, version=turn.version + 1)
