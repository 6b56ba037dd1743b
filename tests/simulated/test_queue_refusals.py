"""SQS refuses messages, entries of batches, and handles."""

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.simulated.simulation import Simulation


@pytest.fixture
def sqs(simulation: Simulation) -> Any:
    return simulation.client("sqs")


def received(simulation: Simulation, *bodies: str) -> list[Any]:
    """The messages of these bodies, just sent and received."""
    sqs, url = simulation.client("sqs"), simulation.world.spool.url
    for body in bodies:
        sqs.send_message(QueueUrl=url, MessageBody=body)
    return list(sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"])


def test_entries_of_a_batch_fail_alone(simulation, sqs):
    url = simulation.world.spool.url
    entries = [
        {"Id": message["Body"], "ReceiptHandle": message["ReceiptHandle"]}
        for message in received(simulation, "one", "two")
    ]
    simulation.world.faults.fail_entries("DeleteMessageBatch", when=lambda entry: entry["Id"] == "one")

    answer = sqs.delete_message_batch(QueueUrl=url, Entries=entries)

    assert [each["Id"] for each in answer["Successful"]] == ["two"]
    assert [(each["Id"], each["Code"]) for each in answer["Failed"]] == [("one", "InternalError")]
    assert simulation.world.spool.bodies == ["one"]


@pytest.mark.parametrize(
    ("passed", "hidden", "code"),
    [(0, 43_200, None), (1, 43_200, "InvalidParameterValue"), (660, 0, "MessageNotInflight")],
    ids=["twelve hours", "more than twelve hours", "in flight no more"],
)
def test_a_message_is_hidden_for_twelve_hours_at_most_while_it_is_in_flight(
    passed, hidden, code, simulation, sqs
):
    (message,) = received(simulation, "one")
    simulation.world.clock.move(timedelta(seconds=passed))
    entry = {"Id": "0", "ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": hidden}

    answer = sqs.change_message_visibility_batch(QueueUrl=simulation.world.spool.url, Entries=[entry])

    assert [each["Code"] for each in answer["Failed"]] == ([code] if code else [])


@pytest.mark.parametrize(
    ("body", "attribute", "error"),
    [("\x00", "x", "InvalidMessageContents"), ("x", "\x7f\ufffe", "InvalidMessageContents"),
     ("x", "", "InvalidParameterValue")],
)  # fmt: skip
def test_what_sqs_refuses_in_a_message_is_refused(body, attribute, error, simulation, sqs):
    attributes = {"error": {"DataType": "String", "StringValue": attribute}}

    with pytest.raises(ClientError, match=error):
        sqs.send_message(QueueUrl=simulation.world.spool.url, MessageBody=body, MessageAttributes=attributes)

    assert simulation.world.spool.messages == []
