"""Which runs of a pipeline are for which of its start times."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from stepkeeper.domain.execution import Execution
from stepkeeper.domain.gate import Gate
from stepkeeper.domain.lineage import lineage_of, parse_rerun_name
from stepkeeper.domain.missed import start_made_up


@dataclass(frozen=True)
class StartTimes:
    """The start times from `first` on and before `end`; without an end, all later ones too."""

    first: datetime
    end: datetime | None = None

    def __contains__(self, moment: datetime) -> bool:
        return self.first <= moment and (self.end is None or moment < self.end)


def runs_for(starts: StartTimes, executions: Iterable[Execution], *, gate: Gate) -> list[Execution]:
    """The runs for these start times, whoever started them.

    Those that were begun in their time, a redriven one included, since it keeps when it began; but a run
    that makes up for a missed start is for the start in its name, and one that was spooled and run again is
    for the start of the first of its lineage, whenever they were begun.
    """
    known = list(executions)
    own = [execution for execution in known if _is_for(starts, execution, gate)]
    lineages = {lineage_of(execution.arn) for execution in own if execution.status != "SUCCEEDED"}
    again = [each for each in known if (rerun := parse_rerun_name(each.name)) and rerun.lineage in lineages]
    return own + again


def is_run_again(name: str) -> bool:
    """Whether nothing but the first run of its lineage tells which start an execution is for."""
    return parse_rerun_name(name) is not None


def start_told_by(name: str, started_at: datetime, *, gate: Gate) -> datetime:
    """A moment that is in the time of the start that a run is for, where it was not run again."""
    return start_made_up(name, gate) or started_at


def _is_for(starts: StartTimes, execution: Execution, gate: Gate) -> bool:
    if is_run_again(execution.name):
        return False
    return start_told_by(execution.name, execution.started_at, gate=gate) in starts
