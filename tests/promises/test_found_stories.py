"""Stories that the random lives have found, each told once more in its own words."""

from datetime import timedelta

import pytest

from stepkeeper.errors import SpoolNotDeleted
from tests.promises.stage import VISIBLE_AGAIN, Stage
from tests.simulated.simulation import Simulation
from tests.wire import Crash


def test_an_edited_run_that_was_redriven_by_hand_leaves_the_spool(simulation: Simulation) -> None:
    """The edit kept the redrive from being written down as the answer, so the message stayed for ever."""
    stage = Stage(simulation)
    [failed] = stage.spool(stage.without, "2026-11-21")
    stage.edit(failed.key.lineage, {"order": "another"})
    simulation.invoke("error_spooler", stage.redrive_by_hand(failed))

    answer = stage.reprocess()

    assert (answer["success"], answer["duplicates"], answer["left"]) == (0, 1, 0)


@pytest.mark.parametrize("by", ["start", "redrive"])
def test_what_was_begun_and_is_long_forgotten_is_not_begun_again(by: str, simulation: Simulation) -> None:
    """Its message was not deleted; after 90 days Step Functions knows neither the name nor the execution."""
    stage = Stage(simulation)
    stage.spool(stage.without, "2026-11-21")
    event = {"action": "run", "plan": stage.plan()} if by == "redrive" else {}
    stage.world.faults.fail_entries("DeleteMessageBatch")
    with pytest.raises(SpoolNotDeleted):
        stage.reprocess(**event)
    stage.world.faults.clear()
    stage.end_all()
    for _ in range(24):
        stage.world.clock.move(timedelta(days=3, hours=18))
        simulation.invoke("spool_refresher", {})

    stage.world.clock.move(timedelta(days=1))
    answer = stage.reprocess()

    assert (answer["success"], answer["quarantined"], answer["left"]) == (0, 1, 0)
    assert [run.by for run in stage.world.step_functions.runs] == ["start", by]


def test_two_executions_that_are_the_same_failure_are_not_both_redriven(simulation: Simulation) -> None:
    """A person redrove the one while Stepkeeper started the other, and both failed: each is attempt 2."""
    stage = Stage(simulation)
    [failed] = stage.spool(stage.without, "2026-11-21")
    stage.redrive_by_hand(failed)
    stage.reprocess()
    [first, _, second] = [run.execution for run in stage.world.step_functions.runs]
    with simulation.wire.breaking(3, "crash before"), pytest.raises(Crash):
        simulation.invoke("error_spooler", stage.end(second))
    simulation.invoke("error_spooler", stage.end(first))
    plan = stage.plan()
    stage.world.call("sqs", "ReceiveMessage", {"QueueUrl": stage.world.spool.url})

    for _ in range(2):
        stage.reprocess(action="run", plan=plan)
        stage.world.clock.move(VISIBLE_AGAIN)

    stage.come_to_rest()
    stage.check(all_told=True)
