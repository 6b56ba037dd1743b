"""A month of deadlines: one alert for each incident and one for its end, whatever happens in it."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from stepkeeper.domain.lineage import lineage_of, rerun_name
from stepkeeper.handlers import execution_watchdog
from stepkeeper.pipelines.schedules import Schedules
from tests.mapped import put_map
from tests.promises.months import FIRST, KINDS, LAST, MINUTE, Month, Run, to_be_told
from tests.simulated.executions import Execution
from tests.simulated.notices import status_change
from tests.simulated.simulation import Simulation

SECOND = timedelta(seconds=1)
Happening = tuple[datetime, int, Callable[[], object]]


class Played:
    """The month as it happens in the simulated AWS, with its events and the ticks of the watchdog."""

    def __init__(self, simulation: Simulation, month: Month, folder: Path) -> None:
        self.simulation, self.world, self.month = simulation, simulation.world, month
        self.told: list[tuple[datetime, str]] = []
        tables = []
        for kind in KINDS:
            machine = self.world.step_functions.add_machine(kind.name)
            gate = self.world.schedules.add(
                f"start-{kind.name}",
                expression=f"cron({kind.cron})",
                zone=kind.zone,
                starts=machine,
                StartDate=FIRST,
            )
            tables += [
                f"[pipelines.{kind.name}]",
                f"state_machine = {json.dumps(machine)}",
                f"started_by = {json.dumps(gate)}",
                f'succeeds_within = "{kind.within // MINUTE}m"',
            ]
        put_map(simulation, folder, "\n".join(tables))
        self.executions: dict[Run, Execution] = {}

    def play(self) -> list[datetime]:
        """Lets it happen; gives the ticks. One that would find nothing that is new is left out."""
        happenings = sorted(self._happenings(), key=lambda each: each[:2])
        dues = [start + kind.within for kind in KINDS for start in self.month.starts[kind.name]]
        moments = {_tick_after(moment) for moment in (*dues, *(each[0] for each in happenings))}
        ticks = sorted({FIRST + 5 * SECOND, *moments} - {tick for tick in moments if tick > LAST})
        for tick in ticks:
            while happenings and happenings[0][0] <= tick:
                moment, _, happens = happenings.pop(0)
                self._go_to(moment)
                happens()
            self._go_to(tick)
            self._tick()
        return ticks

    def _happenings(self) -> list[Happening]:
        found: list[Happening] = []
        for number, run in enumerate(self.month.runs):
            found.append((run.began, number, lambda run=run: self._start(run)))  # type: ignore[misc]
            found.append((run.ended, number, lambda run=run: self._end(run, run.status)))  # type: ignore[misc]
            if run.redriven:
                at, end, status = run.redriven
                found.append((at, number, lambda run=run: self._redrive(run)))  # type: ignore[misc]
                found.append((end, number, lambda run=run, status=status: self._end(run, status)))  # type: ignore[misc]
        return found

    def _start(self, run: Run) -> None:
        machine = f"arn:aws:states:ap-northeast-1:123456789012:stateMachine:{run.kind.name}"
        name = run.name
        if run.again:
            first = self.executions[run.again]
            name = rerun_name(attempt=2, lineage=lineage_of(first.arn), original_name=first.name)
        self.executions[run] = self.world.step_functions.execution(self.simulation.start(machine, name))

    def _end(self, run: Run, status: Any) -> None:
        ended = self.world.step_functions.end(self.executions[run].arn, status)
        self.simulation.invoke("rule_toggler", status_change(ended))

    def _redrive(self, run: Run) -> None:
        sent = {"executionArn": self.executions[run].arn, "clientToken": "by-hand"}
        self.world.step_functions.redrive_execution(sent)

    def _tick(self) -> None:
        known = len(self.world.sns.published)
        self.simulation.invoke("execution_watchdog", {})
        for alert in self.world.sns.published[known:]:
            subject = alert["Subject"].removeprefix("[Stepkeeper] ").split(" after ")[0].split(": it was")[0]
            self.told.append((self.world.clock.stamp, subject))

    def _go_to(self, moment: datetime) -> None:
        self.world.clock.move(max(timedelta(0), moment - self.world.clock.stamp))


def _by_pipeline(told: tuple[datetime, str]) -> tuple[datetime, str]:
    """A tick may tell of several pipelines in any order, but of each in its own."""
    return told[0], told[1].split()[0]


def _tick_after(moment: datetime) -> datetime:
    """Ticks come five seconds after each minute has begun."""
    return FIRST + 5 * SECOND + -((FIRST + 5 * SECOND - moment) // MINUTE) * MINUTE


@pytest.mark.parametrize("seed", range(4))
def test_each_incident_of_a_month_is_told_once_and_its_end_once(
    simulation: Simulation,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
    visited: Callable[..., None],
) -> None:
    monkeypatch.setattr(execution_watchdog, "schedules", Schedules())
    month = Month(Random(seed))  # noqa: S311 - it guards nothing
    played = Played(simulation, month, tmp_path / "map")

    ticks = played.play()

    expected = list(to_be_told(month, ticks))
    assert sorted(played.told, key=_by_pipeline) == sorted(expected, key=_by_pipeline)
    visited(alerts=len(expected), starts=sum(map(len, month.starts.values())))
