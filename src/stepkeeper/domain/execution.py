"""An execution of a state machine, and which of several is the latest."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

ExecutionStatus = Literal["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"]

FAILED: tuple[ExecutionStatus, ...] = ("FAILED", "TIMED_OUT", "ABORTED")
"""An execution that ended like this has not done its work."""


@dataclass(frozen=True)
class Execution:
    """One run, as ListExecutions tells of it. Times have a zone."""

    arn: str
    name: str
    status: ExecutionStatus
    started_at: datetime
    stopped_at: datetime | None = None
    redriven_at: datetime | None = None
    redrive_count: int = 0

    @property
    def listed_at(self) -> datetime:
        """What ListExecutions sorts by, newest first: when it stopped, or was last (re)started if it runs."""
        return max(moment for moment in (self.started_at, self.redriven_at, self.stopped_at) if moment)


@dataclass(frozen=True)
class Failure:
    """Why an execution ended as it did, as far as Step Functions can tell."""

    error: str | None
    cause: str | None


def latest(executions: Iterable[Execution], *, since: datetime | None = None) -> Execution | None:
    """The execution that was started last, not before `since`.

    `executions` comes newest first by `listed_at`, page by page, and is read no further than needed:
    nothing that was listed before the best start so far can have started later.
    """
    best: Execution | None = None
    for execution in listed_since(executions, since) if since else executions:
        if best and execution.listed_at < best.started_at:
            break
        if (since is None or execution.started_at >= since) and (
            best is None or execution.started_at > best.started_at
        ):
            best = execution
    return best


def listed_since(executions: Iterable[Execution], since: datetime) -> Iterator[Execution]:
    """Those that were listed at `since` or later, among them all that were started since then."""
    for execution in executions:
        if execution.listed_at < since:
            return
        yield execution
