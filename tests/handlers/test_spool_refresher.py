"""What has waited for ten days is sent anew, so that nothing on the spool or in quarantine expires."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.handlers.spooling import Spooling
from tests.simulated.queue import Queue

TEN_DAYS = timedelta(days=10)
MOMENT = timedelta(milliseconds=1)
FIRST_ID = "first_message_id"
AGES = [TEN_DAYS, TEN_DAYS - timedelta(minutes=1), timedelta(0), timedelta(days=5)]
TEXT = {"DataType": "String", "StringValue": "OutsideSystemDown"}

QueueOf = Callable[[Spooling], Queue]
QUEUES: list[QueueOf] = [lambda spooling: spooling.world.spool, lambda spooling: spooling.world.quarantine]


both_queues = pytest.mark.parametrize("queue_of", QUEUES, ids=["spool", "quarantine"])


def put(spooling: Spooling, queue: Queue, body: str = '{"key":"12345"}', **attributes: Any) -> str:
    """Puts a message that nobody else has touched, and gives its id."""
    sent = {"QueueUrl": queue.url, "MessageBody": body, "MessageAttributes": attributes}
    return str(spooling.world.call("sqs", "SendMessage", sent)["MessageId"])


def refresh(spooling: Spooling, after: timedelta = TEN_DAYS + MOMENT) -> Any:
    spooling.world.clock.move(after)
    return spooling.simulation.invoke("spool_refresher", {})


@both_queues
def test_what_is_older_than_ten_days_begins_its_fourteen_days_anew_with_all_that_it_had(
    spooling: Spooling, queue_of: QueueOf
) -> None:
    queue = queue_of(spooling)
    first = put(spooling, queue, "夜", error=TEXT, reason=TEXT)

    refresh(spooling)

    (message,) = queue.messages
    assert (message.body, message.id != first) == ("夜", True)
    assert message.attributes == {
        "error": TEXT,
        "reason": TEXT,
        FIRST_ID: {"DataType": "String", "StringValue": first},
    }
    assert spooling.world.clock.now() - message.sent_at < timedelta(minutes=1)
    assert message.visible_at <= spooling.world.clock.now()


@pytest.mark.parametrize(("queue_of", "age"), list(zip(QUEUES * 2, AGES, strict=True)))
def test_what_is_younger_stays_as_it_is_and_can_be_received_at_once(
    spooling: Spooling, queue_of: QueueOf, age: timedelta
) -> None:
    queue = queue_of(spooling)
    first = put(spooling, queue)
    sent_at = queue.messages[0].sent_at

    refresh(spooling, age)

    (message,) = queue.messages
    assert (message.id, message.sent_at) == (first, sent_at)
    assert message.visible_at <= spooling.world.clock.now()


def test_the_answer_says_how_many_of_how_many(spooling: Spooling) -> None:
    world = spooling.world
    for _ in range(25):
        put(spooling, world.spool)
    put(spooling, world.quarantine)
    world.clock.move(TEN_DAYS)
    put(spooling, world.quarantine)

    told = refresh(spooling, timedelta(hours=1))

    assert {source: told[source]["refreshed"] for source in told} == {"spool": 25, "quarantine": 1}
    assert (len(world.spool.messages), len(world.quarantine.messages)) == (25, 2)


def test_of_empty_queues_nothing_is_refreshed(spooling: Spooling) -> None:
    nothing = {"refreshed": 0, "looked_at": 0}

    assert refresh(spooling) == {"spool": nothing, "quarantine": nothing}


@both_queues
def test_a_message_that_waits_for_months_keeps_the_id_that_it_had_at_first(
    spooling: Spooling, queue_of: QueueOf
) -> None:
    queue = queue_of(spooling)
    first = put(spooling, queue)

    told = [refresh(spooling, timedelta(days=4)) for _ in range(15)]

    (message,) = queue.messages
    assert sum(source["refreshed"] for each in told for source in each.values()) == 5
    assert message.attributes[FIRST_ID]["StringValue"] == first
    assert queue.expired == []


def test_what_sqs_gave_up_on_keeps_its_age_and_is_sent_anew_in_quarantine(spooling: Spooling) -> None:
    world = spooling.world
    first = put(spooling, world.spool)
    world.clock.move(timedelta(days=9))
    world.spool.messages[0].receive_count = 1_000
    world.call("sqs", "ReceiveMessage", {"QueueUrl": world.spool.url})

    told = refresh(spooling, timedelta(days=1) + MOMENT)

    (message,) = world.quarantine.messages
    assert told["quarantine"]["refreshed"] == 1
    assert message.attributes[FIRST_ID]["StringValue"] == first


@both_queues
def test_a_message_in_flight_is_left_to_who_holds_it(spooling: Spooling, queue_of: QueueOf) -> None:
    queue = queue_of(spooling)
    first = put(spooling, queue)
    spooling.world.clock.move(TEN_DAYS)
    spooling.world.call("sqs", "ReceiveMessage", {"QueueUrl": queue.url, "VisibilityTimeout": 600})
    hidden_until = queue.messages[0].visible_at

    refresh(spooling, timedelta(minutes=1))

    (message,) = queue.messages
    assert (message.id, message.visible_at, message.receive_count) == (first, hidden_until, 1)
