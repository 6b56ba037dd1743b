"""The state machines of template.yaml can be walked."""

import json

import pytest

from tests.contract.machines import machines


@pytest.mark.parametrize("logical_id", [each.logical_id for each in machines()])
def test_the_walker_knows_all_that_is_in_them(logical_id, walker, simulation):
    arn = walker.add(logical_id)

    assert simulation.template.resolve({"Ref": logical_id}) == arn


def test_a_drain_of_an_empty_spool_ends_green(walker):
    walk = walker.start(walker.add("DrainSpool"), "drain", {})

    walker.walk_all()

    assert walk.execution.status == "SUCCEEDED", walk.execution.cause
    assert list(walk.visits) == [
        "Is the request understood?", "Run some again", "What came of it?", "Everything was run again",
    ]  # fmt: skip


def test_a_drain_hands_over_when_its_history_is_long(walker):
    answer = {"watched": [], "stopped_because": "max", "success": 1, "left": 1}
    calls = []
    walker.stand_ins["reprocessor"] = lambda event: (
        calls.append(event)
        or (answer if len(calls) < 801 else {**answer, "stopped_because": "the plan is done"})
    )

    walker.start(walker.add("DrainSpool"), "drain", {})
    walker.walk_all()

    assert [walk.execution.name for walk in walker.walks.values()] == ["drain", "drain-1", "drain-2"]
    assert {walk.execution.status for walk in walker.walks.values()} == {"SUCCEEDED"}


def test_a_drain_that_is_not_understood_tells_people_and_ends_red(walker, simulation):
    walk = walker.start(walker.add("DrainSpool"), "drain", {"plann": "x"})

    walker.walk_all()

    assert walk.execution.error == "InvalidDrain"
    ((_, payload),) = simulation.world.functions.invoked
    assert "InvalidDrain" in json.dumps(payload)
