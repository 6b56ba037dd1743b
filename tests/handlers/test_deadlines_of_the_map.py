"""Gates and deadlines together: who is told when an upstream fails, recovers, and starts were missed."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from stepkeeper.handlers import execution_watchdog
from stepkeeper.pipelines.schedules import Schedules
from tests.mapped import CHAIN, Mapped, make_chain, put_map
from tests.simulated.executions import Execution
from tests.simulated.simulation import Simulation

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class Night:
    """The chain of tests.mapped, whose deadlines are at 02:00 and 04:00, from 00:59 on, tick by tick."""

    def __init__(self, chain: Mapped) -> None:
        self.chain = chain
        self.runs: list[Execution] = []
        chain.world.clock.move(timedelta(hours=21, minutes=54, seconds=55))
        self.tick()

    def tick(self) -> Any:
        return self.chain.simulation.invoke("execution_watchdog", {})

    def until(self, hour: int, minute: int = 0) -> None:
        """Lets the night go on, with a tick each minute."""
        while (self.chain.world.clock.now().hour, self.chain.world.clock.now().minute) != (hour, minute):
            self.runs += self.chain.pass_time(MINUTE)
            self.tick()

    def end(self, status: str) -> None:
        """The run that was started last ends."""
        self.chain.tell(self.chain.end(self.runs.pop(), status))

    @property
    def alerts(self) -> list[str]:
        published = self.chain.world.sns.published
        return [alert["Subject"].removeprefix("[Stepkeeper] ") for alert in published]


@pytest.fixture
def night(simulation: Simulation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Night:
    monkeypatch.setattr(execution_watchdog, "schedules", Schedules())
    return Night(make_chain(simulation, tmp_path / "map"))


def test_a_night_in_which_all_goes_well_is_silent_and_costs_no_list(night: Night) -> None:
    for hour in (1, 3):
        night.until(hour, 30)
        night.end("SUCCEEDED")
    night.until(6)

    assert night.alerts == []
    assert "stepfunctions:ListExecutions" not in night.chain.simulation.wire.calls


def test_the_upstream_is_told_of_with_what_it_blocks_and_the_downstream_is_not(night: Night) -> None:
    night.until(1, 30)
    night.end("FAILED")
    night.until(6)

    assert night.alerts == ["ingest FAILED"]
    assert (
        "Blocks: report (rule/start-report), mail (schedule/default/start-mail)."
        in (night.chain.world.sns.published[0]["Message"])
    )


def test_a_start_that_is_made_up_for_has_until_its_extra_deadline(night: Night) -> None:
    """The report's start at 03:00 is made up for at 03:55, when its deadline at 04:00 is near."""
    night.until(1, 30)
    night.end("FAILED")
    night.until(3, 55)
    night.chain.tell(night.chain.end(night.chain.start("ingest", "by-hand"), "SUCCEEDED"))
    night.until(4, 30)
    before = list(night.alerts)
    night.until(5, 10)

    assert before == ["ingest FAILED", "ingest has RECOVERED after 1h 55m"]
    assert night.alerts[2:] == ["report is LATE"]


def test_nobody_is_told_of_a_start_that_was_dropped_as_the_map_says(
    night: Night, simulation: Simulation, tmp_path: Path
) -> None:
    put_map(simulation, tmp_path / "drop", CHAIN.replace("run-once", "drop"))
    night.until(1, 30)
    night.end("FAILED")
    night.until(3, 55)
    night.chain.tell(night.chain.end(night.chain.start("ingest", "by-hand"), "SUCCEEDED"))
    night.until(6)

    assert night.alerts == ["ingest FAILED", "ingest has RECOVERED after 1h 55m"]
