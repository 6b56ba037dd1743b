"""What the reconciler can not do at once it does later, or says loudly that it could not."""

from datetime import timedelta

import pytest

from stepkeeper.spool.errors import SpoolNotReconciled
from tests.handlers.spooling import Spooling

QUARTER = timedelta(minutes=15)


def listed(spooling: Spooling) -> int:
    return spooling.simulation.wire.calls.count("stepfunctions:ListExecutions")


def test_in_one_call_no_more_is_asked_than_the_quota_bears_and_each_machine_has_its_turn(
    spooling: Spooling,
) -> None:
    machines = [spooling.pipeline, *spooling.add_machines(69)]
    for machine in machines:
        spooling.fails("old", "SUCCEEDED", machine=machine)
    spooling.world.clock.move(timedelta(hours=2))
    for machine in machines:
        spooling.fails("lost", machine=machine)

    told = [spooling.reconcile(after=QUARTER) for _ in range(2)]

    assert [(each["machines"], each["compared"]) for each in told] == [(70, 60), (70, 60)]
    assert [len(each["repaired"]) for each in told] == [60, 10]
    assert listed(spooling) == 120


def test_pages_are_asked_for_only_as_far_back_as_they_tell_something_new(spooling: Spooling) -> None:
    old = [spooling.fails(f"old-{index}", "SUCCEEDED") for index in range(1_100)]
    spooling.world.clock.move(timedelta(hours=2))
    new = spooling.fails("new")

    told = spooling.reconcile(after=QUARTER)

    assert told["repaired"] == [new.arn]
    assert (listed(spooling), len(old)) == (1, 1_100)


def test_a_failure_on_a_later_page_is_found(spooling: Spooling) -> None:
    lost = spooling.fails("lost")
    for index in range(2_000):
        spooling.fails(f"done-{index}", "SUCCEEDED")

    assert spooling.reconcile(after=QUARTER)["repaired"] == [lost.arn]
    assert listed(spooling) == 3


def test_a_machine_that_the_calls_did_not_suffice_for_comes_first_the_next_time(
    spooling: Spooling, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With pages of one execution, as if there were thousands of them."""
    monkeypatch.setattr("stepkeeper.aws.step_functions.LARGEST_PAGE", 1)
    machines = spooling.add_machines(3)
    lost = spooling.fails("lost", machine=machines[-1])
    for index in range(24):
        for machine in machines:
            spooling.fails(f"{index}", "SUCCEEDED", machine=machine)

    told = [spooling.reconcile(after=QUARTER) for _ in range(2)]

    assert [each["compared"] for each in told] == [2, 4]
    assert [each["repaired"] for each in told] == [[], [lost.arn]]


def test_a_machine_with_too_many_executions_is_named_once_and_leaves_calls_for_the_others(
    spooling: Spooling, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stepkeeper.aws.step_functions.LARGEST_PAGE", 1)
    (large,) = spooling.add_machines(1)
    for index in range(61):
        spooling.fails(f"{index}", "SUCCEEDED", machine=large)
    lost = [spooling.fails("lost"), spooling.fails("lost", machine=large)]

    with pytest.raises(SpoolNotReconciled, match=f"^1 problems. {large} has too many executions"):
        spooling.reconcile(after=QUARTER)
    spooling.reconcile(after=timedelta(hours=1))

    assert {envelope.execution_arn for envelope in spooling.spooled} == {each.arn for each in lost}
    assert listed(spooling) < 60 + 2


def test_a_call_that_has_no_time_left_leaves_the_rest_for_the_next_one(spooling: Spooling) -> None:
    machines = spooling.add_machines(3)
    for machine in machines:
        spooling.fails(machine=machine)
    spooling.world.clock.move(QUARTER)

    with spooling.simulation.wire.meanwhile(5, lambda: spooling.world.clock.move(timedelta(seconds=241))):
        in_a_hurry = spooling.reconcile()
    the_rest = spooling.reconcile(after=QUARTER)

    assert [each["compared"] for each in (in_a_hurry, the_rest)] == [1, 4]
    assert len(in_a_hurry["repaired"]) + len(the_rest["repaired"]) == 3


def test_a_machine_with_more_failures_than_there_is_time_for_goes_on_the_next_time(
    spooling: Spooling,
) -> None:
    lost = {spooling.fails(f"{index}").arn for index in range(4)}
    spooling.world.clock.move(QUARTER)

    with spooling.simulation.wire.meanwhile(12, lambda: spooling.world.clock.move(timedelta(seconds=241))):
        in_a_hurry = spooling.reconcile()
    the_rest = spooling.reconcile(after=QUARTER)

    assert [each["compared"] for each in (in_a_hurry, the_rest)] == [0, 1]
    assert 1 <= len(in_a_hurry["repaired"]) < 4
    assert {*in_a_hurry["repaired"], *the_rest["repaired"]} == lost
    assert len(spooling.spooled) == 4
