"""Judges, as of a deadline, how the runs for a start time went."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from stepkeeper.domain.deadline import Deadline
from stepkeeper.domain.execution import Execution
from stepkeeper.domain.execution_watchdog import Judgement, judge
from stepkeeper.domain.words import moment, span


@dataclass(frozen=True)
class Judged:
    """A deadline, its verdict, and the run that the verdict is about, if there was one."""

    deadline: Deadline
    judgement: Judgement
    run: Execution | None = None

    @property
    def is_good(self) -> bool:
        return self.judgement.verdict == "succeeded"

    @property
    def is_over(self) -> bool:
        """Whether the work is done by now, in time or too late."""
        return self.run is not None and self.run.status == "SUCCEEDED"


def judge_start(deadline: Deadline, runs: Sequence[Execution], *, now: datetime) -> Judged:
    """The verdict on the runs for one start.

    One success in time is enough, whatever other runs came to. Else a success that was too late is the
    best there is, then a run that still goes on; then the latest run tells.
    """
    successes = [run for run in runs if run.status == "SUCCEEDED" and run.stopped_at]
    if successes:
        return _judge_success(deadline, min(successes, key=lambda run: (run.listed_at, run.arn)))
    going_on = [run for run in runs if run.status in ("RUNNING", "PENDING_REDRIVE")]
    latest = max(going_on or runs, key=lambda run: (run.started_at, run.arn), default=None)
    return Judged(deadline, judge(latest, since=deadline.start, now=now), latest)


def judge_remembered(deadline: Deadline, stopped_at: datetime) -> Judged | None:
    """The verdict that a remembered success is enough for: None where it came too late to be all there is."""
    if stopped_at > deadline.due:
        return None
    return Judged(deadline, Judgement("succeeded", f"it succeeded at {moment(stopped_at)}"))


def _judge_success(deadline: Deadline, first: Execution) -> Judged:
    """`first` is the one that succeeded first."""
    stopped = first.listed_at
    started = f"the run that was started at {moment(first.started_at)} succeeded"
    if stopped <= deadline.due:
        return Judged(deadline, Judgement("succeeded", f"{started} at {moment(stopped)}"), first)
    too_late = span(stopped - deadline.due)
    return Judged(
        deadline, Judgement("late", f"{started}, but {too_late} too late, at {moment(stopped)}"), first
    )
