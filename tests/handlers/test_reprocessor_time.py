"""A call of the reprocessor ends in time, and gives back at once what it could do nothing with."""

from datetime import timedelta

import pytest

from stepkeeper.aws import clients
from stepkeeper.domain.breaker import Outage
from stepkeeper.domain.outcome import HELD_AT_MOST, NO_START_BEFORE_MS, STOP_BEFORE_MS

SECOND = timedelta(seconds=1)


@pytest.fixture
def until(failing):
    """How long it takes until Lambda leaves the call so many seconds."""
    timeout = failing.simulation.template.properties("ReprocessorFunction")["Timeout"]
    return lambda seconds: (timeout - seconds) * SECOND


@pytest.mark.parametrize(("more", "runs", "reason"), [(1, 120, "max was reached"), (-1, 10, "out of time")])
def test_it_stops_before_its_own_timeout_and_says_so(more, runs, reason, failing, until):
    failing.put_many(120)
    passed = until(STOP_BEFORE_MS / 1000 + more)

    with failing.simulation.wire.meanwhile(0, lambda: failing.world.clock.move(passed)):
        answer = failing.ask(max=120, rate=1000)

    assert answer["stopped_because"] == reason
    assert len(failing.reruns) == answer["success"] == runs
    assert len(failing.world.spool.messages) == failing.visible == answer["left"] == 120 - runs


def test_what_it_has_received_when_time_runs_out_goes_back_at_once(failing, until):
    failing.put_many(50)
    passed = until(NO_START_BEFORE_MS / 1000 - 1)
    failing.just_before("StartExecution", lambda: failing.world.clock.move(passed), nth=20)

    answer = failing.ask(max=50)

    assert answer["stopped_because"] == "out of time"
    assert 20 <= len(failing.reruns) == answer["success"] < 40
    assert failing.visible == answer["left"] == 50 - answer["success"]


def test_a_call_that_can_do_nothing_looks_through_a_part_of_the_spool_and_gives_it_back(failing):
    failing.put_many(800)
    failing.stop(Outage(failing.pipeline, failing.world.clock.now(), "they fail again"))

    answer = failing.ask(max=1000)

    assert (answer["success"], answer["stopped_because"]) == (0, "runs are failing again")
    received = failing.simulation.wire.calls.count("sqs:ReceiveMessage")
    assert HELD_AT_MOST <= received * 10 < 800
    assert failing.visible == answer["left"] == 800


def test_what_it_keeps_back_is_enough_for_every_attempt_of_every_call_of_one_more_chunk():
    attempts = clients.CONFIG.retries["total_max_attempts"]
    longest_pauses = sum(2**retry for retry in range(attempts - 1))
    seconds = attempts * (clients.CONFIG.connect_timeout + clients.CONFIG.read_timeout) + longest_pauses
    calls_after_a_start = ("start", "delete", "count")

    assert len(calls_after_a_start) * seconds * 1000 <= NO_START_BEFORE_MS


def test_it_has_time_for_more_than_one_chunk_and_nobody_else_gets_its_messages_meanwhile(failing):
    timeout = failing.simulation.template.properties("ReprocessorFunction")["Timeout"]

    assert timedelta(milliseconds=STOP_BEFORE_MS) < timeout * SECOND < failing.world.spool.visibility_timeout
