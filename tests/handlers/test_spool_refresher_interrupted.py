"""Wherever the refresher breaks off: nothing is lost, and what is there twice is run once."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError

from stepkeeper.spool.errors import SpoolNotRefreshed
from tests.handlers.spooling import Spooling
from tests.wire import BREAKS, Break, Crash

LOOK = ["sqs:ReceiveMessage"] * 10
CALLS = [
    *LOOK,
    "sqs:SendMessage",
    "sqs:DeleteMessageBatch",
    "sqs:SendMessage",
    "sqs:DeleteMessageBatch",
    *LOOK,  # finds what was sent anew
    *LOOK,
    "sqs:ChangeMessageVisibilityBatch",
    *LOOK,
]
OF_EACH_KIND = [0, 10, 11, 12, 13, 14, 24, 34, 35]


@pytest.fixture
def two_are_old(spooling: Spooling) -> Spooling:
    """A spooled failure, a bare message, and one that is young."""
    spooling.simulation.template.overrides["DefaultStateMachineArn"] = spooling.pipeline
    spooling.tell(spooling.fails("old"))
    put(spooling, '"bare"')
    spooling.world.clock.move(timedelta(days=10, minutes=1))
    spooling.tell(spooling.fails("young"))
    spooling.simulation.wire.calls.clear()
    return spooling


def put(spooling: Spooling, body: str) -> None:
    spooling.world.call("sqs", "SendMessage", {"QueueUrl": spooling.world.spool.url, "MessageBody": body})


def refresh(spooling: Spooling) -> Any:
    return spooling.simulation.invoke("spool_refresher", {})


def assert_all_is_there_and_is_run_once(spooling: Spooling) -> None:
    bodies = spooling.world.spool.bodies
    assert len(set(bodies)) == 3
    assert max(map(bodies.count, bodies)) <= 2
    spooling.run_again()
    runs = spooling.world.step_functions.runs
    assert sorted(run.input for run in runs[2:]) == ['"bare"', '{"key":"12345"}', '{"key":"12345"}']
    assert (spooling.world.spool.messages, spooling.world.quarantine.messages) == ([], [])


def test_the_interrupted_calls_are_all_calls(two_are_old: Spooling) -> None:
    refresh(two_are_old)

    assert two_are_old.simulation.wire.calls == CALLS


@pytest.mark.parametrize("again", [False, True], ids=["not called again", "called again"])
@pytest.mark.parametrize("how", BREAKS)
@pytest.mark.parametrize("call", OF_EACH_KIND, ids=lambda call: f"{call}-{CALLS[call]}")
def test_what_broke_off_is_still_there_and_is_run_once(
    call: int, how: Break, again: bool, two_are_old: Spooling
) -> None:
    with (
        two_are_old.simulation.wire.breaking(call, how),
        suppress(Crash, ConnectionClosedError, SpoolNotRefreshed),
    ):
        refresh(two_are_old)

    assert len(set(two_are_old.world.spool.bodies)) == 3
    if again:
        two_are_old.world.clock.move(timedelta(minutes=3))  # then what was held is visible again
        refresh(two_are_old)
    assert_all_is_there_and_is_run_once(two_are_old)


def test_what_a_refresher_that_broke_off_has_seen_is_visible_again_after_three_minutes(
    two_are_old: Spooling,
) -> None:
    with two_are_old.simulation.wire.breaking(10, "crash before"), suppress(Crash):
        refresh(two_are_old)

    hidden_until = max(message.visible_at for message in two_are_old.world.spool.messages)
    assert hidden_until - two_are_old.world.clock.now() <= timedelta(minutes=3)


@pytest.mark.parametrize("call", OF_EACH_KIND, ids=lambda call: f"{call}-{CALLS[call]}")
def test_a_reprocessor_that_runs_at_the_same_time_runs_nothing_twice(
    call: int, two_are_old: Spooling
) -> None:
    def reprocess() -> None:
        two_are_old.simulation.invoke("reprocessor", {"max": 100})

    with two_are_old.simulation.wire.meanwhile(call, reprocess):
        refresh(two_are_old)

    two_are_old.run_again()
    runs = two_are_old.world.step_functions.runs
    assert sorted(run.input for run in runs[2:]) == ['"bare"', '{"key":"12345"}', '{"key":"12345"}']
    assert two_are_old.world.spool.messages == []
