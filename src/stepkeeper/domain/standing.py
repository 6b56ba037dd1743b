"""How a pipeline stands: the last of its runs to have been started that have ended, and have succeeded.

What is told of runs may be lost, doubled, late or out of order; in whichever order it is put together, the
standing is the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from stepkeeper.domain.execution import Execution, ExecutionStatus


@dataclass(frozen=True)
class EndedRun:
    """A run that has ended; a redrive that ended is another one."""

    arn: str
    status: ExecutionStatus
    started_at: datetime
    stopped_at: datetime
    redrive_count: int = 0

    @property
    def order(self) -> tuple[int, int, int, str]:
        """Who comes later is greater: by the start in milliseconds, then by the redrive.

        Of what is told of the same run, the earlier end is greater, since it is the true one: of a run that
        is being redriven, the list tells no more than that it had ended by then.
        """
        started, stopped = (round(moment.timestamp() * 1000) for moment in (self.started_at, self.stopped_at))
        return started, self.redrive_count, -stopped, self.arn


@dataclass(frozen=True)
class Standing:
    """Of all ended runs, and of those that succeeded, the one that was started last.

    `listed` says that its runs have been listed once: without any, that there is none means something.
    """

    ended: EndedRun | None = None
    succeeded: EndedRun | None = None
    listed: bool = False

    @property
    def is_known(self) -> bool:
        """Whether anything can be said of the pipeline at all."""
        return self.listed or self.ended is not None

    def with_run(self, run: EndedRun) -> "Standing":
        """The standing after this run, too."""
        succeeded = run if run.status == "SUCCEEDED" else None
        return self.merged(Standing(ended=run, succeeded=succeeded))

    def merged(self, other: "Standing") -> "Standing":
        """All that both know."""
        return Standing(
            ended=_later(self.ended, other.ended),
            succeeded=_later(self.succeeded, other.succeeded),
            listed=self.listed or other.listed,
        )

    @property
    def has_failed(self) -> bool:
        return self.ended is not None and self.ended.status != "SUCCEEDED"

    def succeeded_since(self, start: datetime) -> bool:
        """Whether a run that was started at `start` or later has succeeded."""
        return self.succeeded is not None and self.succeeded.started_at >= start


def standing_of(executions: Iterable[Execution], *, since: datetime | None = None) -> Standing:
    """The standing that a list of executions shows; of successes, those that were started since then.

    `executions` comes newest first by `listed_at`, page by page, and is read no further than needed: what
    was listed before a moment was started before it. One that is being redriven had failed before.
    """
    standing = Standing(listed=True)
    for execution in executions:
        if _is_known(standing.ended, execution) and (
            since is None or execution.listed_at < since or _is_known(standing.succeeded, execution)
        ):
            break
        if run := ended_run(execution):
            standing = standing.with_run(run)
    return standing


def _is_known(best: EndedRun | None, execution: Execution) -> bool:
    """Whether neither this execution nor one that is listed after it can have been started later."""
    return best is not None and execution.listed_at < best.started_at


def ended_run(execution: Execution) -> EndedRun | None:
    """What has ended of an execution; None where it runs for the first time."""
    count, status, ended = execution.redrive_count, execution.status, execution.stopped_at
    if status in ("RUNNING", "PENDING_REDRIVE") or ended is None:
        if not count:
            return None
        count, status, ended = count - 1, "FAILED", execution.redriven_at or execution.started_at
    return EndedRun(execution.arn, status, execution.started_at, ended, count)


def _later(one: EndedRun | None, other: EndedRun | None) -> EndedRun | None:
    if one is None or other is None:
        return one or other
    return other if other.order > one.order else one
