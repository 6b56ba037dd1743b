"""A drain starts no more runs of a state machine than it can watch, until they have gone well."""

import pytest

from stepkeeper.spool.watch import LOOKED_AT


@pytest.fixture
def machines(failing):
    """Seven state machines, of each of which twelve runs have failed."""
    found = [failing.world.step_functions.add_machine(f"nightly-{number}") for number in range(7)]
    for machine in found:
        for number in range(12):
            arn = failing.world.step_functions.machine(machine).execution_arn(f"run-{number}")
            failing.put_failed(f"{machine[-1]}-{number}", state_machine_arn=machine, execution_arn=arn)
    return found


def started(failing):
    arns = [run.execution.machine.arn for run in failing.reruns]
    return {arn[-1]: arns.count(arn) for arn in arns}


@pytest.mark.usefixtures("machines")
def test_of_each_machine_ten_runs_are_started_as_long_as_all_can_be_looked_at(failing):
    answer = failing.ask(max=1000, trusted=[])

    assert sum(started(failing).values()) == answer["success"] == LOOKED_AT == 50
    assert set(started(failing).values()) == {10}
    assert len(answer["watched"]) == 50
    assert (answer["left"], answer["stopped_because"]) == (34, "max_running was reached")


def test_of_a_machine_that_is_trusted_all_are_started_and_some_are_watched(failing, machines):
    answer = failing.ask(max=1000, trusted=machines[:2])

    counts = started(failing)
    assert (counts["0"], counts["1"]) == (12, 12)
    assert sorted(counts.values()) == [10, 10, 10, 10, 10, 12, 12]
    watched = [run["state_machine_arn"][-1] for run in answer["watched"]]
    assert len(watched) == 50
    assert not {"0", "1"} & set(watched)


def test_outside_of_a_drain_all_are_started(failing, machines):
    answer = failing.ask(max=1000)

    assert set(started(failing).values()) == {12}
    assert len(started(failing)) == len(machines)
    assert "watched" not in answer
