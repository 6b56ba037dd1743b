"""How the schedules of many pipelines are read, and for how long each is gone by."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError

from stepkeeper.domain.gate import parse_gate
from stepkeeper.domain.pipeline import Pipeline
from stepkeeper.errors import GateNotFound
from stepkeeper.pipelines.schedules import MANY, MOST_READ_AGAIN, READ_AGAIN_AFTER, USED_FOR, Schedules
from tests.handlers.ticking import HOUR, MINUTE
from tests.simulated.simulation import Simulation
from tests.template import ACCOUNT, REGION

DUE = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
READ = "scheduler:GetSchedule"


def always() -> bool:
    return True


def pipelines(simulation: Simulation, number: int) -> list[Pipeline]:
    """Pipelines whose schedules start them at 18:00."""
    made = []
    for index in range(number):
        gate = simulation.world.schedules.add(
            f"start-{index}",
            expression="cron(0 18 * * ? *)",
            starts=f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{index}",
        )
        made.append(Pipeline(f"p{index}", f"{index}", parse_gate(gate, region=REGION, account=ACCOUNT)))
    return made


@pytest.fixture
def reads(simulation: Simulation) -> Callable[[], int]:
    """How many schedules were read since this was asked last."""

    def count() -> int:
        read = simulation.wire.calls.count(READ)
        simulation.wire.calls.clear()
        return read

    return count


@pytest.mark.parametrize("number", [1, MANY - 1, MANY, 3 * MANY])
def test_each_schedule_is_read_once_in_a_quarter_of_an_hour(
    simulation: Simulation, reads: Callable[[], int], number: int
) -> None:
    known, mapped = Schedules(), pipelines(simulation, number)
    known.refresh(mapped, now=DUE, has_time=always)
    first = reads()
    starts = {known.of(each, now=DUE).previous_start(DUE) for each in mapped}

    known.refresh(mapped, now=DUE + READ_AGAIN_AFTER - MINUTE, has_time=always)
    before = reads()
    known.refresh(mapped, now=DUE + READ_AGAIN_AFTER, has_time=always)

    assert (first, before, reads()) == (number, 0, number)
    assert starts == {DUE - 2 * HOUR}


def test_of_thousands_a_tick_reads_a_share_again_those_first_that_were_read_longest_ago(
    simulation: Simulation, reads: Callable[[], int]
) -> None:
    known, mapped = Schedules(), pipelines(simulation, MOST_READ_AGAIN + 50)
    known.refresh(mapped[50:], now=DUE, has_time=always)
    known.refresh(mapped[:50], now=DUE + MINUTE, has_time=always)
    for index in (0, 49, 50, MOST_READ_AGAIN):
        simulation.world.schedules.remove(f"start-{index}")
        simulation.world.schedules.add(
            f"start-{index}", expression="cron(0 6 * * ? *)", starts=mapped[index].state_machine
        )
    reads()
    later = DUE + READ_AGAIN_AFTER + MINUTE

    known.refresh(mapped, now=later, has_time=always)

    assert reads() == MOST_READ_AGAIN
    assert [known.of(mapped[index], now=later).expression for index in (0, 49, 50, MOST_READ_AGAIN)] == [
        "cron(0 18 * * ? *)",
        "cron(0 18 * * ? *)",
        "cron(0 6 * * ? *)",
        "cron(0 6 * * ? *)",
    ]
    known.refresh(mapped, now=later, has_time=always)
    assert reads() == 50


def test_a_schedule_is_read_before_it_is_gone_by_for_longer_than_an_hour(
    simulation: Simulation, reads: Callable[[], int]
) -> None:
    known, (pipeline,) = Schedules(), pipelines(simulation, 1)
    known.of(pipeline, now=DUE)
    reads()

    known.of(pipeline, now=DUE + USED_FOR - MINUTE)
    before = reads()
    known.of(pipeline, now=DUE + USED_FOR)

    assert (before, reads()) == (0, 1)


@pytest.mark.parametrize("number", [2, 2 * MANY])
def test_schedules_are_read_no_longer_than_there_is_time(
    simulation: Simulation, reads: Callable[[], int], number: int
) -> None:
    known, mapped = Schedules(), pipelines(simulation, number)

    known.refresh(mapped, now=DUE, has_time=lambda: False)

    assert reads() == 0
    assert not any(known.knows(each, now=DUE) for each in mapped)


@pytest.mark.parametrize("number", [2, 2 * MANY])
def test_a_gate_that_is_there_no_more_is_gone_by_no_longer(simulation: Simulation, number: int) -> None:
    known, mapped = Schedules(), pipelines(simulation, number)
    known.refresh(mapped, now=DUE, has_time=always)
    simulation.world.schedules.remove("start-1")
    later = DUE + READ_AGAIN_AFTER

    known.refresh(mapped, now=later, has_time=always)

    with pytest.raises(GateNotFound):
        known.of(mapped[1], now=later)
    assert known.of(mapped[0], now=later)


def test_while_aws_asks_to_slow_down_what_is_known_counts_for_an_hour(
    simulation: Simulation, reads: Callable[[], int]
) -> None:
    known, mapped = Schedules(), pipelines(simulation, 10 * MANY)
    known.refresh(mapped, now=DUE, has_time=always)
    simulation.world.faults.refuse("GetSchedule")
    reads()
    later = DUE + READ_AGAIN_AFTER

    known.refresh(mapped, now=later, has_time=always)

    assert reads() < MANY
    assert all(known.knows(each, now=later) for each in mapped)
    with pytest.raises(ClientError, match="ThrottlingException"):
        known.of(mapped[0], now=DUE + USED_FOR)
