"""Pipelines with deadlines in a simulated AWS, whose watchdog ticks, and what people are told."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from stepkeeper.handlers import execution_watchdog
from stepkeeper.pipelines.schedules import Schedules
from tests.simulated.executions import Execution
from tests.simulated.simulation import Simulation

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
NUMBERS = count()


@dataclass
class Ticking:
    """The pipelines are called as their state machines. `seen` is how many alerts were looked at before."""

    simulation: Simulation
    folder: Path
    monkeypatch: pytest.MonkeyPatch
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    machines: dict[str, str] = field(default_factory=dict)
    seen: int = 0

    def __post_init__(self) -> None:
        self.forget_schedules()

    def start_anew(self) -> None:
        """A world in which nothing has happened, with no pipelines."""
        self.simulation.begin()
        self.tables, self.machines, self.seen = {}, {}, 0
        self.forget_schedules()

    @property
    def world(self) -> Any:
        return self.simulation.world

    @property
    def now(self) -> datetime:
        moment: datetime = self.world.clock.stamp
        return moment

    def add(
        self, name: str, expression: str = "cron(0 18 * * ? *)", *, zone: str = "UTC", type: str = "STANDARD",
        within: str = "2h", **keys: Any,
    ) -> str:  # fmt: skip
        """A pipeline, its state machine, whose ARN is given, and the schedule that starts it."""
        self.machines[name] = self.world.step_functions.add_machine(name, type=type)
        gate = self.world.schedules.add(
            f"start-{name}", expression=expression, zone=zone, starts=self.machines[name], input="{}"
        )
        self.tables[name] = {"state_machine": name, "started_by": gate, "succeeds_within": within, **keys}
        self.write_map()
        return self.machines[name]

    def write_map(self) -> None:
        """Under another path each time: functions read theirs once."""
        root = self.folder / str(next(NUMBERS))
        root.mkdir()
        lines = []
        for name, keys in self.tables.items():
            lines += [f"[pipelines.{name}]", *(f"{key} = {json.dumps(its)}" for key, its in keys.items())]
        (root / "pipelines.toml").write_text("\n".join(lines), encoding="utf-8")
        self.simulation.template.task_root = str(root)

    def forget_schedules(self) -> None:
        """The function has a new environment."""
        self.monkeypatch.setattr(execution_watchdog, "schedules", Schedules())

    def go_to(self, moment: datetime) -> None:
        assert moment >= self.now
        self.world.clock.move(moment - self.now)

    def run(
        self, name: str, run: str, status: Any = "SUCCEEDED", *, at: datetime, took: timedelta | None = HOUR,
        **how: Any,
    ) -> Execution:  # fmt: skip
        """A run that was started and ended at these times, which have come; None: it still goes on."""
        execution: Execution = self.world.step_functions.execution(
            self.simulation.start(self.machines[name], run)
        )
        execution.started_at = at
        if took is not None:
            self.end(execution, status, at=at + took, **how)
        return execution

    def end(self, execution: Execution, status: Any, *, at: datetime, **how: Any) -> None:
        self.world.step_functions.end(execution.arn, status, **how)
        execution.stopped_at = at

    def tick(self, *, at: datetime | None = None) -> Any:
        if at:
            self.go_to(at)
        return self.simulation.invoke("execution_watchdog", {})

    def tick_until(self, moment: datetime) -> None:
        """Each minute."""
        while self.now < moment:
            self.world.clock.move(min(MINUTE, moment - self.now))
            self.tick()

    def alerts(self) -> list[str]:
        """The subjects of those that are new."""
        return [alert["Subject"].removeprefix("[Stepkeeper] ") for alert in self.new_alerts()]

    def new_alerts(self) -> list[dict[str, Any]]:
        published: list[dict[str, Any]] = self.world.sns.published
        new, self.seen = published[self.seen :], len(published)
        return new

    @property
    def items(self) -> list[dict[str, Any]]:
        """What the state table holds."""
        found: list[dict[str, Any]] = self.world.table.items
        return found
