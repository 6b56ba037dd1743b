"""A simulated world with a map in it: what the acts of a life do, and what the state table says."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.mapped import Mapped, put_map
from tests.promises_of_gates.ledger import Ended, Ledger
from tests.promises_of_gates.maps import planned, upstream_of
from tests.promises_of_gates.well import SECOND, was_well
from tests.scheduled_starts import due, fire
from tests.simulated.executions import Execution
from tests.simulated.notices import status_change
from tests.simulated.simulation import Simulation

Item = dict[str, Any]


class Stage:
    """A new world with the map of a number."""

    def __init__(self, simulation: Simulation, folder: Path, seed: int) -> None:
        self.simulation = simulation
        self.world = simulation.begin()
        self.pipelines = planned(seed)
        its_folder = folder / f"map-{seed}"
        if its_folder.exists():  # from an earlier life
            simulation.template.task_root = str(its_folder)
        else:
            put_map(simulation, its_folder, "\n".join(each.table for each in self.pipelines))
        for each in self.pipelines:
            each.build(self.world)
        self.upstream = upstream_of(self.pipelines)
        self.gated = [each for each in self.pipelines if each.gate]
        self.gates = [each.gate for each in self.gated]
        self.blocked = [each for each in self.gated if self.upstream[each.name]]
        self.blocking = [each for each in self.pipelines if each.blocks]
        self.ledger = Ledger()
        self.fields = self.all_fields()
        self._names = 0

    @property
    def now(self) -> datetime:
        return self.world.clock.now()

    def pass_time(self, time: timedelta, *, late: timedelta = timedelta(0)) -> list[Execution]:
        """Open gates start what falls due; the runs go on."""
        before = self.now
        self.world.clock.move(time)
        expected = due(self.world, before, self.now)
        runs = fire(self.world, before, self.now, late=late)
        for start, run in zip(expected, runs, strict=True):
            key = run.machine.name, start.at
            self.ledger.started[key] += 1
        return runs

    def run(self, pipeline: str, status: str) -> Item:
        """A person's run starts and ends; gives its event."""
        self.world.clock.move(SECOND)
        self._names += 1
        arn = f"arn:aws:states:ap-northeast-1:123456789012:stateMachine:{pipeline}"
        run = self.world.step_functions.execution(self.simulation.start(arn, f"by-hand-{self._names}"))
        self.world.clock.move(SECOND)
        return self.end(run, status)

    def end(self, run: Execution, status: Any) -> Item:
        self.world.step_functions.end(run.arn, status)
        ended = Ended(run.started_at, run.redrive_count, status, self.world.clock.stamp)
        self.ledger.ended[run.machine.name].append(ended)
        return status_change(run)

    def was_well(self, pipeline: str) -> None:
        """A run succeeded, as Stepkeeper knows."""
        was_well(Mapped(self.simulation), self.run(pipeline, "SUCCEEDED"))

    def last_failed(self, pipeline: str) -> Execution | None:
        """Of its runs that have failed, the one that was started last."""
        failed = [
            run for run in self.executions("FAILED", "TIMED_OUT", "ABORTED") if run.machine.name == pipeline
        ]
        return max(failed, key=lambda run: run.started_at, default=None)

    def redrive(self, run: Execution) -> None:
        token = f"redrive {run.redrive_count}"
        self.world.step_functions.redrive_execution({"executionArn": run.arn, "clientToken": token})

    def executions(self, *statuses: str) -> list[Execution]:
        runs = {run.execution.arn: run.execution for run in self.world.step_functions.runs}
        return [run for run in runs.values() if run.status in statuses]

    def toggle(self, request: Item) -> None:
        self.simulation.invoke("rule_toggler", request)

    def hold(self, gate: str) -> Item | None:
        """The hold on a gate that is not over, as the state table has it."""
        item = self._item(gate, "hold")
        return item if item and "opened_at" not in item else None

    def owners(self, gate: str) -> set[str]:
        return set((self.hold(gate) or {}).get("owners", []))

    def released(self, gate: str) -> dict[str, datetime]:
        """When people let go of the gate, by the owner, as Stepkeeper knows it."""
        item = self._item(gate, "released") or {}
        return {
            name.removeprefix("released for "): datetime.fromisoformat(value).astimezone(UTC)
            for name, value in item.items()
            if name.startswith("released for ")
        }

    def all_fields(self) -> list[Any]:
        """All of rules and schedules but their state."""
        rules = [[rule.name, dict(rule.fields), list(rule.targets)] for rule in self.world.rules]
        return rules + [[each.name, dict(each.fields)] for each in self.world.schedules]

    def note_told(self) -> None:
        """Those notices that are new."""
        known = self.world.functions.invoked
        for each in known[len(self.ledger.told) :]:
            self.ledger.told.append((self.now, each.payload["text"]))

    def _item(self, gate: str, sk: str) -> Item | None:
        with suppress(KeyError):
            item = self.world.table._partitions[f"gate#{gate}"][sk]
            return {name: next(iter(value.values())) for name, value in item.items()}
        return None
