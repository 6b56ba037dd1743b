"""Runs of export_logs in a simulated world in which things go wrong by a plan, until one of them is green."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.promises_of_exports import auditor
from tests.promises_of_exports.faults import BrokenCalls, FaultPlan, course_of
from tests.promises_of_exports.written import NEW_YORK, Written, months, put, put_tables
from tests.simulated.refusal import Refusal
from tests.simulated.simulation import Simulation
from tests.walking.errors import Abort
from tests.walking.walk import Walk
from tests.walking.walker import Walker

MOST_RUNS = 60
MOST_STEPS = 20_000
GREEN = "Everything is exported"
QUIET = FaultPlan({}, {}, frozenset(), frozenset(), frozenset())


@dataclass
class Told:
    """What a plan led to."""

    runs: int
    executions: list[Walk]
    faults: list[str]
    tasks: int
    steps: int

    @property
    def ends(self) -> list[str]:
        """Where each execution ended."""
        return [walk.state if walk.execution.status != "ABORTED" else "aborted" for walk in self.executions]


class Stage:
    """One world after another, on one simulation."""

    def __init__(self, simulation: Simulation, folder: Path, groups: Sequence[Written]) -> None:
        self.simulation = simulation
        self.groups = groups
        self.broken = BrokenCalls()
        simulation.template.task_root = str(put_tables(folder, back=groups[0].count))

    def run(self, plan: FaultPlan) -> Told:
        """Starts export_logs, and again whenever it has ended red or aborted, until it ends green."""
        self.begin(plan)
        walker = Walker(self.simulation, before=self._look_on)
        machine = walker.add("ExportLogs")
        self.broken.begin(plan.calls)
        self._plan, self._step, self._aborts = plan, 0, sorted(plan.aborts)
        runs = 0
        while not self._is_green(walker):
            assert runs < MOST_RUNS, "it never ended green"
            walker.start(machine, f"run-{runs}")
            runs += 1
            while walker.under_way():
                self._meanwhile(walker, machine)
                walker.step()
                self._step += 1
                assert self._step < MOST_STEPS
        faults = self.broken.happened
        self.broken.begin({})
        return Told(runs, [*walker.walks.values()], faults, self.tasks(), self._step)

    def begin(self, plan: FaultPlan) -> None:
        """A new world, in which tasks go as planned."""
        world = self.simulation.begin()
        put(world, self.groups)
        created = iter(range(10**6))
        world.logs.tasks_take = lambda task: course_of(plan.tasks.get(next(created)) if task.name else None)

    def tasks(self) -> int:
        """How many there were."""
        return len(self.simulation.world.logs.tasks)

    def export_somebody_elses(self) -> None:
        """Somebody else wants to export something, and may not where another export is active."""
        _, start, end = months(NEW_YORK, 1)[0]
        with suppress(Refusal):
            self.simulation.world.logs.start("/other/mail", start, end)

    def check(self) -> None:
        """Everything is in the bucket exactly once."""
        auditor.check(self.simulation.world.s3.objects, self.simulation.world.s3.bucket, self.groups)

    def _is_green(self, walker: Walker) -> bool:
        walks = walker.walks.values()
        return any(walk.state == GREEN and walk.execution.status == "SUCCEEDED" for walk in walks)

    def _meanwhile(self, walker: Walker, machine: str) -> None:
        if self._step in self._plan.others:
            walker.start(machine, f"other-{self._step}")
        if self._step in self._plan.foreign:
            self.export_somebody_elses()

    def _look_on(self, _walk: Walk, _state: str, attempt: int | None) -> None:
        # A state that waits goes on in the step after it.
        if attempt is None and self._aborts and self._aborts[0] <= self._step:
            self._aborts.pop(0)
            raise Abort
