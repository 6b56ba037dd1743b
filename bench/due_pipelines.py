"""A simulated AWS with thousands of pipelines that are due in the same minute, for the watchdog to judge."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bench.deadlines import BUCKET, REFILL
from bench.stand_in.quota import TokenBucket
from stepkeeper.aws import successes
from stepkeeper.domain.standing import EndedRun
from stepkeeper.handlers import execution_watchdog
from stepkeeper.pipelines.schedules import Schedules
from tests.simulated.executions import Execution
from tests.simulated.simulation import Simulation
from tests.template import REGION
from tests.wire import Wire

START = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
DUE = START + timedelta(hours=1)
MINUTE = timedelta(minutes=1)


class DuePipelines:
    """Pipelines that start at 05:00 and are due at 06:00. `blocks` are how many others each one blocks."""

    def __init__(self, folder: Path, number: int, blocks: dict[int, int]) -> None:
        self.patch = pytest.MonkeyPatch()
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            self.patch.setenv(name, "test")
        self.patch.setenv("AWS_DEFAULT_REGION", REGION)
        self.simulation = Simulation(Wire(), self.patch, hurried=True)
        self.world = self.simulation.world
        self.throttled = 0
        self.bucket = TokenBucket(size=BUCKET, refill=REFILL)
        self.world.faults.refuse("ListExecutions", when=self._is_over_quota)
        self.blocks = blocks
        self.names = [f"p{index:05}" for index in range(number)]
        self.machines = {name: self.world.step_functions.add_machine(name) for name in self.names}
        self._runs: dict[str, list[Execution]] = {}
        # The simulation's own looks at all executions each time.
        self.patch.setattr(self.world.step_functions, "executions", lambda arn: self._runs.get(arn, []))
        self._write_map(folder)
        self.patch.setattr(execution_watchdog, "schedules", Schedules())

    @property
    def now(self) -> datetime:
        """The simulated moment."""
        return self.world.clock.now()

    def run(self, name: str, status: Any) -> None:
        """A run for the start at 05:00, which ends half an hour later."""
        functions = self.world.step_functions
        execution = functions.execution(self.simulation.start(self.machines[name], "run"))
        execution.started_at = START
        functions.end(execution.arn, status)
        execution.stopped_at = START + 30 * MINUTE
        self._runs.setdefault(self.machines[name], []).append(execution)

    def remember(self, name: str) -> None:
        """The event of a success has been heard."""
        (execution,) = self._runs[self.machines[name]]
        run = EndedRun(execution.arn, "SUCCEEDED", START, START + 30 * MINUTE)
        table = self.world.table.name
        dynamodb = self.simulation.client("dynamodb")
        successes.remember_success(dynamodb, table, name, START, run, keep_until=DUE + timedelta(days=2))

    def tick(self, at: datetime) -> dict[str, Any]:
        """What the watchdog answers."""
        self.world.clock.move(at - self.world.clock.now())
        answer: dict[str, Any] = self.simulation.invoke("execution_watchdog", {})
        return answer

    def _is_over_quota(self, _sent: object) -> bool:
        is_over = not self.bucket.take(self.world.clock.now().timestamp())
        self.throttled += is_over
        return is_over

    def _write_map(self, folder: Path) -> None:
        lines: list[str] = []
        for index, name in enumerate(self.names):
            gate = self.world.schedules.add(
                f"start-{name}", expression="cron(0 5 * * ? *)", starts=self.machines[name]
            )
            lines += [
                f"[pipelines.{name}]",
                f'state_machine = "{name}"',
                f'started_by = "{gate}"',
                'succeeds_within = "1h"',
                f"blocks = {json.dumps(self.names[index + 1 : index + 1 + self.blocks.get(index, 0)])}",
            ]
        (folder / "pipelines.toml").write_text("\n".join(lines), encoding="utf-8")
        self.simulation.template.task_root = str(folder)
