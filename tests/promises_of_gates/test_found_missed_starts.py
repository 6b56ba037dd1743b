"""Starts that were once left out, doubled, or made up for too early, each as its story."""

from contextlib import suppress
from pathlib import Path

import pytest

from stepkeeper.pipelines.errors import GatesFailed
from tests.mapped import Mapped
from tests.promises_of_gates.two import two
from tests.promises_of_gates.well import HOUR, MAIL, MINUTE, REPORT, SECOND, made_up, recover, well
from tests.simulated.simulation import Simulation


@pytest.fixture
def chain(simulation: Simulation, tmp_path: Path) -> Mapped:
    return well(simulation, tmp_path / "map")


def test_a_closing_that_broke_off_misses_starts_all_the_same(chain: Mapped) -> None:
    (run,) = chain.pass_time(2 * HOUR)
    failed = chain.end(run, "FAILED")
    chain.world.faults.refuse("UpdateItem", when=lambda sent: "if_not_exists" in sent["UpdateExpression"])
    with suppress(GatesFailed):
        chain.tell(failed)
    chain.world.faults.clear()
    closed = chain.states(REPORT, MAIL)
    chain.pass_time(3 * HOUR)

    recover(chain, "ingest")

    assert closed == ["DISABLED", "DISABLED"]
    assert made_up(chain) == ["20261122T030000Z"]


def test_nothing_is_made_up_for_while_the_gate_is_closed_again(
    simulation: Simulation, tmp_path: Path
) -> None:
    mapped = two(simulation, tmp_path / "map", missed="run-all", report="cron(0 * * * ? *)")
    mapped.tell(mapped.end(mapped.start("ingest", "fails"), "FAILED"))
    mapped.pass_time(2 * HOUR)
    simulation.world.faults.refuse("EnableRule")
    with suppress(GatesFailed):
        recover(mapped, "ingest")
    simulation.world.faults.clear()
    mapped.pass_time(SECOND)
    mapped.tell(mapped.end(mapped.start("ingest", "fails-again"), "FAILED"))

    mapped.reconcile()

    assert mapped.states(REPORT) == ["DISABLED"]
    assert made_up(mapped) == []


def test_a_run_that_makes_up_for_one_start_is_not_taken_for_that_of_another(
    simulation: Simulation, tmp_path: Path
) -> None:
    mapped = two(simulation, tmp_path / "map", missed="run-all", report="cron(0 * * * ? *)")
    mapped.tell(mapped.end(mapped.start("ingest", "fails"), "FAILED"))
    mapped.pass_time(HOUR + 56 * MINUTE)  # 05:00:05

    recover(mapped, "ingest")
    for _ in range(2):
        mapped.pass_time(2 * MINUTE)
        mapped.reconcile()

    assert made_up(mapped) == ["20261121T040000Z", "20261121T050000Z"]


def test_a_run_of_each_minute_is_not_taken_for_that_of_the_minute_before(
    simulation: Simulation, tmp_path: Path
) -> None:
    mapped = two(simulation, tmp_path / "map", missed="run-all", report="cron(* * * * ? *)")
    mapped.tell(mapped.end(mapped.start("ingest", "fails"), "FAILED"))
    mapped.pass_time(10 * MINUTE)

    recover(mapped, "ingest")
    for _ in range(2):
        mapped.pass_time(2 * MINUTE)
        mapped.reconcile()

    assert sorted(made_up(mapped)) == [f"20261121T03{minute:02}00Z" for minute in range(5, 15)]


def test_a_reconciliation_that_takes_minutes_doubles_and_leaves_out_no_start(
    simulation: Simulation, tmp_path: Path
) -> None:
    mapped = two(simulation, tmp_path / "map", missed="run-all", report="cron(* * * * ? *)")
    mapped.end(mapped.start("ingest", "fails"), "FAILED")

    with simulation.wire.meanwhile(2, lambda: mapped.pass_time(4 * MINUTE)):
        mapped.reconcile()
    mapped.pass_time(3 * MINUTE)
    mapped.end(mapped.start("ingest", "again"), "SUCCEEDED")
    with simulation.wire.meanwhile(2, lambda: mapped.pass_time(4 * MINUTE)):
        mapped.reconcile()
    for _ in range(2):
        mapped.pass_time(2 * MINUTE)
        mapped.reconcile()

    assert sorted(made_up(mapped)) == [f"20261121T03{minute:02}00Z" for minute in range(9, 16)]


@pytest.mark.parametrize("report", ["pattern", "rate(1 hour)"])
def test_a_gate_whose_starts_are_not_known_is_reconciled_without_problems(
    report: str, simulation: Simulation, tmp_path: Path
) -> None:
    mapped = two(simulation, tmp_path / "map", missed="drop", report=report)
    mapped.tell(mapped.end(mapped.start("ingest", "fails"), "FAILED"))
    closed = mapped.states(REPORT)
    recover(mapped, "ingest")

    mapped.reconcile()

    assert (closed, mapped.states(REPORT)) == (["DISABLED"], ["ENABLED"])


@pytest.mark.parametrize("ingest", ["pattern", "rate(1 hour)"])
def test_a_pipeline_whose_starts_are_not_known_is_looked_at_all_the_same(
    ingest: str, simulation: Simulation, tmp_path: Path
) -> None:
    mapped = two(simulation, tmp_path / "map", missed="drop", report="cron(0 * * * ? *)", by=ingest)
    mapped.end(mapped.start("ingest", "fails"), "FAILED")

    mapped.reconcile()

    assert mapped.states(REPORT) == ["DISABLED"]
