"""The simulated queues do what SQS may do and moto never does."""

from datetime import timedelta
from typing import Any

import pytest

from tests.simulated.simulation import Simulation


@pytest.fixture
def sqs(simulation: Simulation) -> Any:
    return simulation.client("sqs")


def send(simulation: Simulation, *bodies: str) -> None:
    for body in bodies:
        simulation.client("sqs").send_message(QueueUrl=simulation.world.spool.url, MessageBody=body)


def receive(simulation: Simulation, **more: Any) -> list[Any]:
    asked = {"MaxNumberOfMessages": 10, "WaitTimeSeconds": 1, "MessageSystemAttributeNames": ["All"], **more}
    answer = simulation.client("sqs").receive_message(QueueUrl=simulation.world.spool.url, **asked)
    return list(answer.get("Messages", []))


def test_a_message_that_was_not_deleted_comes_again_after_the_visibility_timeout(simulation):
    send(simulation, "one")
    receive(simulation)
    assert receive(simulation) == []

    simulation.world.clock.move(timedelta(seconds=660))

    (again,) = receive(simulation)
    assert (again["Body"], again["Attributes"]["ApproximateReceiveCount"]) == ("one", "2")


def test_an_empty_queue_lets_the_wait_pass_or_what_is_left_until_a_message_comes(simulation, sqs):
    clock = simulation.world.clock
    began = clock.now()
    sqs.send_message(QueueUrl=simulation.world.spool.url, MessageBody="later", DelaySeconds=5)

    found = [receive(simulation, WaitTimeSeconds=2), receive(simulation, WaitTimeSeconds=20)]

    assert [len(messages) for messages in found] == [0, 1]
    assert clock.now() - began == timedelta(seconds=5)


def test_a_seed_decides_what_comes_and_in_which_order(simulation):
    def orders(seed: int) -> list[str]:
        simulation.begin(seed)
        send(simulation, *"abcdef")
        return [
            message["Body"] for _ in range(6) for message in receive(simulation, VisibilityTimeout=43_200)
        ]

    first, again, other = orders(1), orders(1), orders(2)

    assert first == again != other
    assert set(first) <= set("abcdef")


def test_nothing_is_left_after_retention_and_what_was_lost_is_known(simulation):
    send(simulation, "one")
    simulation.world.clock.move(timedelta(days=14) - timedelta(milliseconds=1))
    assert simulation.world.spool.bodies == ["one"]

    simulation.world.clock.move(timedelta(milliseconds=1))

    assert receive(simulation) == []
    assert [message.body for message in simulation.world.spool.expired] == ["one"]


def test_what_is_received_too_often_goes_to_the_quarantine_and_keeps_its_age(simulation, sqs):
    world = simulation.world
    world.spool.max_receive_count = 2
    send(simulation, "one")
    (sent,) = receive(simulation, VisibilityTimeout=0)
    receive(simulation, VisibilityTimeout=0)
    world.clock.move(timedelta(days=1))

    assert receive(simulation) == []

    (moved,) = sqs.receive_message(QueueUrl=world.quarantine.url, AttributeNames=["All"])["Messages"]
    assert moved["Attributes"]["SentTimestamp"] == sent["Attributes"]["SentTimestamp"]
    assert moved["Attributes"]["DeadLetterQueueSourceArn"] == world.spool.arn


def test_a_message_may_come_twice_even_a_deleted_one(simulation, sqs):
    send(simulation, "one", "two")
    received = receive(simulation)
    sqs.delete_message(QueueUrl=simulation.world.spool.url, ReceiptHandle=received[0]["ReceiptHandle"])
    (deleted,) = simulation.world.spool.deleted.values()

    simulation.world.spool.redeliver(deleted)
    reappeared = receive(simulation)
    simulation.world.spool.redeliver()
    in_flight = receive(simulation)

    assert [message["Body"] for message in reappeared] == ["one"]
    assert {message["Body"] for message in in_flight} == {"one", "two"}


def test_an_old_receipt_handle_is_taken_and_deletes_nothing(simulation, sqs):
    send(simulation, "one")
    (old,) = receive(simulation, VisibilityTimeout=0)
    receive(simulation)

    sqs.delete_message(QueueUrl=simulation.world.spool.url, ReceiptHandle=old["ReceiptHandle"])

    assert simulation.world.spool.bodies == ["one"]
