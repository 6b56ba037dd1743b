"""A plan: what waits, in groups that a person can decide on, and what is to become of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any, Literal

from stepkeeper.domain.failure import FailureKey
from stepkeeper.domain.spooled_run import SpooledRun, Unreadable
from stepkeeper.domain.verdict import Judged, Verdict

Source = Literal["spool", "quarantine"]

PLAN_LASTS = timedelta(days=1)
"""Older than this, what a person saw is no longer what waits."""

SAMPLES = 3
SAMPLE_CHARACTERS = 200
"""Enough to know a run by, and little enough that hundreds of groups fit into an answer (6 MB)."""

GROUPS_SHOWN = 500
"""More would not fit into an answer, and nobody would read them."""

NO_ENVELOPE = "no envelope"


@dataclass(frozen=True)
class Filters:
    """Which of what waits a plan is about; what is None does not matter."""

    state_machine: str | None = None
    error: str | None = None
    attempt: int | None = None
    older_than: timedelta | None = None
    younger_than: timedelta | None = None

    def fit(self, run: SpooledRun | Unreadable, *, now: datetime) -> bool:
        """Whether the plan is about this run. One that can not be read fits only where nothing is asked."""
        if isinstance(run, Unreadable):
            return self == Filters()
        arn = run.state_machine_arn
        age = now - run.failed_at if run.failed_at else None
        return (
            (
                self.state_machine is None
                or fnmatchcase(arn, self.state_machine)
                or fnmatchcase(arn.rsplit(":", 1)[-1], self.state_machine)
            )
            and (self.error is None or fnmatchcase(run.error, self.error))
            and (self.attempt is None or run.key.attempt == self.attempt)
            and (self.older_than is None or (age is not None and age > self.older_than))
            and (self.younger_than is None or (age is not None and age < self.younger_than))
        )


@dataclass(frozen=True)
class Planned:
    """What a plan says of one run. `forced`: a person has overruled the verdict."""

    verdict: Verdict
    forced: bool
    made_at: datetime


@dataclass(frozen=True)
class Plan:
    """What is to become of which failures. `revisions` are those of the state machines when it was made."""

    id: str
    made_at: datetime
    source: Source
    forced: bool
    verdicts: Mapping[FailureKey, Verdict] = field(default_factory=dict)
    revisions: Mapping[str, str] = field(default_factory=dict)

    def planned(self, key: FailureKey) -> Planned | None:
        """What it says of one failure; None where it was not looked at."""
        verdict = self.verdicts.get(key)
        return Planned(verdict, self.forced, self.made_at) if verdict else None

    def is_over(self, now: datetime) -> bool:
        """Whether it is too old to be carried out."""
        return now - self.made_at > PLAN_LASTS


def group(judged: Iterable[tuple[SpooledRun | Unreadable, Judged]], *, now: datetime) -> list[dict[str, Any]]:
    """What waits by state machine, error and verdict, the largest group first.

    `reason` is that of the group's first run. A group beyond the most that are shown counts in `others`
    of the last one.
    """
    groups: dict[tuple[str, str, Verdict], list[tuple[SpooledRun | Unreadable, Judged]]] = {}
    for run, its in judged:
        machine = run.state_machine_arn if isinstance(run, SpooledRun) else ""
        error = run.error if isinstance(run, SpooledRun) else NO_ENVELOPE
        groups.setdefault((machine, error, its.verdict), []).append((run, its))
    ordered = sorted(groups.items(), key=lambda each: (-len(each[1]), each[0]))
    described = [_describe(*key, runs, now=now) for key, runs in ordered[:GROUPS_SHOWN]]
    if len(ordered) > GROUPS_SHOWN:
        described[-1]["others"] = sum(len(runs) for _, runs in ordered[GROUPS_SHOWN:])
    return described


def _describe(
    machine: str,
    error: str,
    verdict: Verdict,
    its: list[tuple[SpooledRun | Unreadable, Judged]],
    *,
    now: datetime,
) -> dict[str, Any]:
    runs = [run for run, _ in its]
    failed = [run.failed_at for run in runs if isinstance(run, SpooledRun) and run.failed_at]
    oldest = min(failed, default=None)
    return {
        "state_machine": machine.rsplit(":", 1)[-1],
        "error": error,
        "verdict": verdict,
        "reason": its[0][1].reason,
        "count": len(runs),
        "oldest_failed_at": oldest.isoformat() if oldest else None,
        "oldest_age_hours": round((now - oldest) / timedelta(hours=1), 1) if oldest else None,
        "samples": [_sample(run) for run in runs[:SAMPLES]],
    }


def _sample(run: SpooledRun | Unreadable) -> dict[str, Any]:
    sample: dict[str, Any] = {"lineage": run.key.lineage, "attempt": run.key.attempt}
    if isinstance(run, SpooledRun):
        sample["execution_arn"] = run.execution_arn
        sample["input"] = run.input[:SAMPLE_CHARACTERS]
        sample["cause"] = run.cause[:SAMPLE_CHARACTERS]
    return sample
