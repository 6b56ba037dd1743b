"""How executions end."""

from datetime import timedelta

import pytest

from tests.walking.definitions import waiting
from tests.walking.errors import Abort
from tests.walking.record import MOST_EVENTS


def test_an_execution_ends_when_its_time_is_over(walker, simulation):
    began = simulation.world.clock.stamp

    walk = walker.start(walker.add_definition(waiting(60, TimeoutSeconds=150)), "r", {"forever": True})
    walker.walk_all()

    described = simulation.client("stepfunctions").describe_execution(executionArn=walk.execution.arn)
    assert described["status"] == "TIMED_OUT"
    assert described["stopDate"] == began + timedelta(seconds=150)


@pytest.mark.parametrize("state", ["Wait", "Is it over?", "End"])
def test_an_execution_can_be_aborted_before_each_state(state, walker):
    def look(_walk, its, _attempt):
        if its == state:
            raise Abort

    walker.before = look

    walk = walker.start(walker.add_definition(waiting(60)), "r", {"forever": False})
    walker.walk_all()

    assert walk.execution.status == "ABORTED"
    entered = [event.get("stateEnteredEventDetails", {}).get("name") for event in walk.execution.history]
    assert state not in entered


def test_an_execution_that_is_stopped_from_outside_goes_no_further(walker, simulation):
    walk = walker.start(walker.add_definition(waiting(60)), "r", {"forever": False})
    walk.step()

    simulation.client("stepfunctions").stop_execution(executionArn=walk.execution.arn)
    walker.walk_all()

    assert walk.execution.status == "ABORTED"
    assert walk.visits == {"Wait": 1}


def test_a_history_that_is_full_ends_the_execution(walker):
    walk = walker.start(walker.add_definition(waiting(1)), "r", {"forever": True})
    walker.walk_all()

    assert (walk.execution.status, walk.execution.error) == ("FAILED", "States.Runtime")
    assert walk.record.events == MOST_EVENTS
