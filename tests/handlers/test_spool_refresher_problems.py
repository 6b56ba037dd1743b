"""What could not be sent anew is told, stays where it is, and keeps nothing else from being sent anew."""

from datetime import timedelta
from typing import Any

import pytest

from stepkeeper.spool.errors import SpoolNotRefreshed
from tests.handlers.spooling import Spooling
from tests.simulated.queue import Queue

OLD = timedelta(days=10, minutes=1)
TEXT = {"DataType": "String", "StringValue": "x"}


def put(spooling: Spooling, queue: Queue, body: str, **attributes: Any) -> str:
    sent = {"QueueUrl": queue.url, "MessageBody": body, "MessageAttributes": attributes}
    return str(spooling.world.call("sqs", "SendMessage", sent)["MessageId"])


def refresh(spooling: Spooling) -> Any:
    spooling.world.clock.move(OLD)
    return spooling.simulation.invoke("spool_refresher", {})


def test_a_message_that_sqs_does_not_take_again_is_named_and_the_others_are_sent_anew(
    spooling: Spooling,
) -> None:
    """It is as long as a message may be, without the id that it had at first."""
    world = spooling.world
    poison = put(spooling, world.spool, "x" * 1_048_576)
    others = [put(spooling, queue, "{}") for queue in (world.spool, world.spool, world.quarantine)]

    with pytest.raises(SpoolNotRefreshed, match=f"^1 problems. spool: message {poison}: .*InvalidParameter"):
        refresh(spooling)

    kept = {message.id: message for message in (*world.spool.messages, *world.quarantine.messages)}
    assert poison in kept
    assert kept[poison].visible_at <= world.clock.now(), "it was given back"
    assert (len(kept), kept.keys() & set(others)) == (4, set())


def test_an_old_message_that_sqs_did_not_delete_is_there_twice_and_named(spooling: Spooling) -> None:
    kept, other = (put(spooling, spooling.world.spool, body) for body in ("kept", "other"))
    handle = f"{kept}:"
    spooling.world.faults.fail_entries(
        "DeleteMessageBatch", when=lambda entry: entry["ReceiptHandle"].startswith(handle)
    )

    with pytest.raises(SpoolNotRefreshed, match=f"message {kept}: .*did not delete"):
        refresh(spooling)

    assert sorted(spooling.world.spool.bodies) == ["kept", "kept", "other"]
    assert other not in {message.id for message in spooling.world.spool.messages}


def test_a_message_with_as_many_attributes_as_there_may_be_is_sent_anew_without_one(
    spooling: Spooling,
) -> None:
    put(spooling, spooling.world.spool, "{}", **{f"a{index}": TEXT for index in range(10)})

    refresh(spooling)
    told = refresh(spooling)

    (message,) = spooling.world.spool.messages
    assert told["spool"]["refreshed"] == 1
    assert len(message.attributes) == 10
    assert "first_message_id" in message.attributes


def test_a_queue_that_is_too_long_to_look_through_is_named_and_the_other_one_is_refreshed(
    spooling: Spooling, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stepkeeper.spool.scan.MOST_MESSAGES", 100)
    world = spooling.world
    for _ in range(120):
        put(spooling, world.spool, "{}")
    first = put(spooling, world.quarantine, "{}")

    with pytest.raises(SpoolNotRefreshed, match=r"^1 problems. spool: there are more than 100 messages"):
        refresh(spooling)

    assert [message.id for message in world.quarantine.messages] != [first]
    assert len(world.spool.messages) == 120
    assert all(message.visible_at <= world.clock.now() for message in world.spool.messages)


def test_of_many_problems_the_first_are_told(spooling: Spooling) -> None:
    for _ in range(12):
        put(spooling, spooling.world.spool, "{}")
    spooling.world.faults.refuse("SendMessage", "AccessDenied")

    with pytest.raises(SpoolNotRefreshed) as raised:
        refresh(spooling)

    assert str(raised.value).startswith("12 problems. ")
    assert str(raised.value).count("AccessDenied") == 10
    assert len(spooling.world.spool.messages) == 12
