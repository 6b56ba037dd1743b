"""How much one call of the reprocessor does, at how many calls, in how much time."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Lock

import boto3
import pytest

from stepkeeper.aws import clients
from stepkeeper.domain.outcome import STOP_BEFORE_MS
from stepkeeper.handlers.reprocessor import handler


@pytest.fixture(autouse=True)
def configured(configure):
    configure("ReprocessorFunction")


@pytest.mark.parametrize("at_most", [1, 2, 10, 11, 20])
def test_no_more_runs_are_started_than_asked_for(at_most, spooled, context):
    for index in range(21):
        spooled.put_failed(f"run-{index:02d}")

    answer = handler({"max": at_most}, context)

    assert len(spooled.runs) == at_most
    assert len(spooled.waiting) == 21 - at_most
    assert answer["success"] == at_most
    assert answer["left"] == 21 - at_most
    assert answer["stopped_because"] == "max was reached"


def test_the_default_is_what_the_operator_set(spooled, configure, context):
    configure("ReprocessorFunction", MaxReprocess="2")
    for index in range(3):
        spooled.put_failed(f"run-{index}")

    answer = handler({}, context)

    assert len(spooled.runs) == 2
    assert (answer["success"], answer["left"]) == (2, 1)


def test_more_may_be_asked_for_than_there_is(spooled, context):
    spooled.put_failed("2026-11-21")

    answer = handler({"max": 1000}, context)

    assert (answer["success"], answer["stopped_because"]) == (1, "the spool is empty")


def test_a_run_that_fails_again_at_once_is_left_and_ends_the_call(spooled, context):
    soon = datetime.now(UTC) + timedelta(minutes=1)
    for index in range(12):
        spooled.put_failed(f"run-{index:02d}")
    again = spooled.put_failed("again", failed_at=soon.strftime("%Y-%m-%dT%H:%M:%SZ"))

    answer = handler({"max": 100}, context)

    assert len(spooled.runs) == answer["success"] == 12
    assert answer["stopped_because"] == "runs are failing again"
    assert spooled.waiting == [again]


def test_a_hundred_executions_take_at_most_125_calls(spooled, context):
    for index in range(100):
        spooled.put_failed(f"run-{index:03d}")

    handler({"max": 100}, context)

    assert len(spooled.runs) == 100
    assert len(spooled.stack.aws.wire.calls) <= 125


def test_ten_runs_are_started_at_the_same_time_and_never_more(spooled, context):
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
    for index in range(20):
        spooled.put_failed(f"run-{index:02d}")

    handler({"max": 20}, context)

    assert len(spooled.runs) == 20
    assert max(most) == 10


def test_duplicates_do_not_use_up_the_maximum(spooled, context):
    body = spooled.put_failed("2026-11-21")
    handler({}, context)
    spooled.end_all_runs()
    for _ in range(10):
        spooled.put(body)
    spooled.put_failed("2026-11-22")

    answer = handler({"max": 1}, context)

    assert (answer["success"], answer["duplicates"]) == (1, 10)
    assert len(spooled.runs) == 2


@pytest.mark.parametrize(
    ("remaining_ms", "runs", "reason"),
    [(STOP_BEFORE_MS, 20, "max was reached"), (STOP_BEFORE_MS - 1, 10, "out of time")],
)
def test_it_stops_before_its_own_timeout_and_says_so(remaining_ms, runs, reason, spooled, context):
    context.remaining_ms = remaining_ms
    for index in range(20):
        spooled.put_failed(f"run-{index:02d}")

    answer = handler({"max": 20}, context)

    assert answer["stopped_because"] == reason
    assert len(spooled.runs) == answer["success"] == runs
    assert len(spooled.waiting) == answer["left"] == 20 - runs


def test_what_it_keeps_back_is_enough_for_every_attempt_of_every_call_of_one_more_batch():
    attempts = clients.CONFIG.retries["total_max_attempts"]
    longest_pauses = sum(2**retry for retry in range(attempts - 1))
    seconds = attempts * (clients.CONFIG.connect_timeout + clients.CONFIG.read_timeout) + longest_pauses
    calls = ("receive", "start", "quarantine", "delete", "count")

    assert len(calls) * seconds * 1000 <= STOP_BEFORE_MS


def test_it_has_time_for_more_than_one_batch_and_nobody_else_gets_its_messages_meanwhile(stack):
    timeout = stack.template.properties("ReprocessorFunction")["Timeout"]
    visibility_timeout = stack.template.properties("SpoolQueue")["VisibilityTimeout"]

    assert STOP_BEFORE_MS / 1000 < timeout < visibility_timeout


def test_a_cold_start_makes_each_client_once(spooled, context, monkeypatch):
    made = []
    make = boto3.client
    monkeypatch.setattr(
        boto3, "client", lambda service, **config: made.append(service) or make(service, **config)
    )
    clients._made.cache_clear()
    for index in range(10):
        spooled.put_failed(f"run-{index}")

    handler({"max": 10}, context)

    assert sorted(made) == ["sqs", "stepfunctions"]
