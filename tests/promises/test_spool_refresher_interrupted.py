"""Wherever the refresher breaks off: what waits goes on waiting, and runs once (promises 1 and 2)."""

from collections.abc import Callable
from datetime import timedelta

from tests.promises.interruption import Call, Scenario, the_schedule_fires_again, visit
from tests.promises.stage import Stage
from tests.simulated.simulation import Simulation


def old_and_young_ones(stage: Stage) -> Call:
    """In both queues; one of the old ones is no envelope."""
    stage.spool(stage.without, "old")
    stage.put('{"key": "12345"}', input={"key": "12345"})
    stage.simulation.invoke("error_spooler", stage.fail_often(stage.without, 3))
    stage.world.clock.move(timedelta(days=10, hours=1))
    stage.spool(stage.without, "young")
    return lambda: stage.simulation.invoke("spool_refresher", {})


def nothing_is_older_than_ten_days(stage: Stage) -> None:
    """Four days later they would all have expired."""
    assert not stage.world.spool.expired
    for queue in (stage.world.spool, stage.world.quarantine):
        assert all(stage.world.clock.now() - each.sent_at < timedelta(days=10) for each in queue.messages)


OLD = Scenario(68, old_and_young_ones, the_schedule_fires_again, nothing_is_older_than_ten_days)


def test_what_waits_goes_on_waiting_and_runs_once(
    simulation: Simulation, visited: Callable[..., None]
) -> None:
    visited(points=visit(simulation, OLD))
