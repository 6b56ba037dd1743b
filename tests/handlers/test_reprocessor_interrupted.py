"""Wherever the reprocessor breaks off: nothing is lost, and nothing is run twice (promises 1 and 2)."""

from collections import Counter

import pytest
from botocore.exceptions import ConnectionClosedError

from stepkeeper.errors import ReprocessingFailed
from stepkeeper.handlers.reprocessor import handler
from tests.wire import BREAKS, Crash

NOT_JSON = "key=12345"
ONE_BY_ONE = [
    "sqs:ReceiveMessage",
    "sqs:SendMessage",
    "sqs:DeleteMessageBatch",
    "sqs:ReceiveMessage",
    "stepfunctions:StartExecution",
    "sqs:DeleteMessageBatch",
    "sqs:GetQueueAttributes",
]
THREE_AT_ONCE = [
    "sqs:ReceiveMessage",
    "stepfunctions:StartExecution",
    "stepfunctions:StartExecution",
    "stepfunctions:StartExecution",
    "sqs:DeleteMessageBatch",
    "sqs:GetQueueAttributes",
]


@pytest.fixture(autouse=True)
def configured(configure):
    configure("ReprocessorFunction")


@pytest.fixture
def go_on(spooled, context):
    """What happens after an interruption: SQS delivers again, and Lambda or a person calls again."""

    def until_the_spool_is_empty(*, ended: bool) -> None:
        if ended:
            spooled.end_all_runs()
        spooled.redeliver()
        answer = handler({"max": 100}, context)
        assert (answer["left"], answer["stopped_because"]) == (0, "the spool is empty")

    return until_the_spool_is_empty


def places_of(spooled, name: str, body: str) -> Counter[str]:
    """Where a failed execution is, and how often."""
    return Counter(
        spool=spooled.waiting.count(body),
        quarantine=[message["Body"] for message in spooled.quarantined].count(body),
        runs=sum(run.endswith(f"-{name}") for run in spooled.runs),
    )


def test_the_interrupted_calls_are_all_calls(spooled, context):
    spooled.put(NOT_JSON)
    spooled.put_failed("good")

    handler({"max": 1}, context)

    assert spooled.stack.aws.wire.calls == ONE_BY_ONE


def test_the_interrupted_calls_of_a_batch_are_all_calls(spooled, context):
    for name in ("one", "two", "three"):
        spooled.put_failed(name)

    handler({"max": 3}, context)

    assert spooled.stack.aws.wire.calls == THREE_AT_ONCE


@pytest.mark.parametrize("ended", [False, True], ids=["while the runs go on", "after the runs ended"])
@pytest.mark.parametrize("how", BREAKS)
@pytest.mark.parametrize("call", range(len(ONE_BY_ONE)), ids=lambda call: f"{call}-{ONE_BY_ONE[call]}")
def test_an_interruption_loses_nothing_and_doubles_nothing(call, how, ended, spooled, go_on, context):
    spooled.put(NOT_JSON)
    good = spooled.put_failed("good")

    with (
        spooled.stack.aws.wire.breaking(call, how),
        pytest.raises((Crash, ConnectionClosedError, ReprocessingFailed)),
    ):
        handler({"max": 1}, context)

    assert places_of(spooled, "-", NOT_JSON).total() >= 1
    assert places_of(spooled, "good", good).total() >= 1
    go_on(ended=ended)
    bad = places_of(spooled, "-", NOT_JSON)
    assert (bad["spool"], bad["runs"]) == (0, 0)
    assert bad["quarantine"] >= 1
    assert places_of(spooled, "good", good) == Counter(runs=1)


@pytest.mark.parametrize("ended", [False, True], ids=["while the runs go on", "after the runs ended"])
@pytest.mark.parametrize("how", BREAKS)
@pytest.mark.parametrize("call", range(len(THREE_AT_ONCE)), ids=lambda call: f"{call}-{THREE_AT_ONCE[call]}")
def test_an_interrupted_batch_loses_nothing_and_doubles_nothing(call, how, ended, spooled, go_on, context):
    bodies = {name: spooled.put_failed(name) for name in ("one", "two", "three")}

    with (
        spooled.stack.aws.wire.breaking(call, how),
        pytest.raises((Crash, ConnectionClosedError, ReprocessingFailed)),
    ):
        handler({"max": 3}, context)

    assert all(places_of(spooled, name, body).total() >= 1 for name, body in bodies.items())
    go_on(ended=ended)
    assert all(places_of(spooled, name, body) == Counter(runs=1) for name, body in bodies.items())


def test_a_run_whose_answer_was_lost_is_told_and_the_rest_of_the_batch_is_settled(spooled, context):
    for name in ("one", "two", "three"):
        spooled.put_failed(name)

    with (
        spooled.stack.aws.wire.breaking(1, "answer lost"),
        pytest.raises(ReprocessingFailed, match=r"1 runs could not be started.* 2 were started"),
    ):
        handler({"max": 3}, context)

    assert len(spooled.runs) == 3
    assert len(spooled.waiting) == 1


def test_two_reprocessors_at_once_start_each_run_once(spooled, context):
    """The second one is called while the first holds messages that it has not deleted yet."""
    for name in ("one", "two", "three"):
        spooled.put_failed(name)
    with spooled.stack.aws.wire.breaking(4, "crash before"), pytest.raises(Crash):
        handler({"max": 3}, context)
    spooled.put_failed("four")

    answer = handler({}, context)

    assert (answer["success"], answer["left"]) == (1, 3)
    assert len(spooled.runs) == 4
