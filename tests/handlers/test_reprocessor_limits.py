"""How much one call of the reprocessor does, and at how many calls."""

from datetime import timedelta
from threading import Barrier, Lock

import boto3
import pytest

from stepkeeper.aws import clients


@pytest.mark.parametrize("at_most", [1, 2, 10, 11, 100, 101, 120])
def test_no_more_runs_are_started_than_asked_for(at_most, failing):
    failing.put_many(121)

    answer = failing.ask(max=at_most)

    assert len(failing.reruns) == answer["success"] == at_most
    assert len(failing.world.spool.messages) == failing.visible == answer["left"] == 121 - at_most
    assert answer["stopped_because"] == "max was reached"


def test_the_default_is_what_the_operator_set(failing):
    failing.simulation.template.overrides["MaxReprocess"] = "2"
    failing.put_many(3)

    answer = failing.ask()

    assert len(failing.reruns) == 2
    assert (answer["success"], answer["left"]) == (2, 1)


def test_more_may_be_asked_for_than_there_is(failing):
    failing.put_many(1)

    answer = failing.ask(max=1000)

    assert (answer["success"], answer["stopped_because"]) == (1, "the spool is empty")


@pytest.mark.parametrize(("count", "calls"), [(10, 20), (100, 125), (300, 375)])
def test_a_message_takes_at_most_a_call_and_a_quarter(count, calls, failing):
    failing.put_many(count)

    failing.ask(max=count)

    assert len(failing.reruns) == count
    assert len(failing.simulation.wire.calls) <= calls


def test_a_run_that_fails_again_at_once_is_left_for_another_call(failing):
    failing.put_many(12)
    soon = failing.world.clock.now() + timedelta(minutes=1)
    failing.put_failed("again", failed_at=soon.strftime("%Y-%m-%dT%H:%M:%SZ"))

    answer = failing.ask(max=100)

    assert len(failing.reruns) == answer["success"] == 12
    assert (answer["left"], answer["stopped_because"]) == (1, "the spool is empty")


def test_duplicates_do_not_use_up_the_maximum(failing):
    failing.put_failed("2026-11-21")
    failing.ask()
    failing.world.step_functions.end(failing.reruns[0].execution.arn, "SUCCEEDED")
    for _ in range(10):
        failing.put_failed("2026-11-21")
    failing.put_failed("2026-11-22")

    answer = failing.ask(max=1)

    assert (answer["success"], answer["duplicates"]) == (1, 10)
    assert len(failing.reruns) == 2


def test_ten_runs_are_started_at_the_same_time_and_never_more(failing):
    ten, lock, now, most = Barrier(10), Lock(), [], []

    def starting(**_):
        with lock:
            now.append(1)
            most.append(len(now))
        ten.wait(timeout=30)

    def started(**_):
        with lock:
            now.pop()

    events = boto3._get_default_session().events
    events.register("before-call.sfn.StartExecution", starting)
    events.register("after-call.sfn.StartExecution", started)
    failing.put_many(20)

    failing.ask(max=20)

    assert len(failing.reruns) == 20
    assert max(most) == 10


def test_a_cold_start_makes_each_client_once(failing, monkeypatch):
    made = []
    make = boto3.client
    monkeypatch.setattr(
        boto3, "client", lambda service, **config: made.append(service) or make(service, **config)
    )
    clients._made.cache_clear()
    failing.put_many(10)

    failing.ask(max=10)

    assert sorted(made) == ["dynamodb", "sqs", "stepfunctions"]
