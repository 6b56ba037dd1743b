"""SQS: what is received from the spool and from the quarantine."""

from datetime import UTC, datetime, timedelta

import pytest
from botocore.stub import Stubber

from stepkeeper.aws import sqs


@pytest.fixture
def client(aws):
    return aws.client("sqs")


@pytest.fixture
def queue(client):
    return client.create_queue(QueueName="spool")["QueueUrl"]


def fill(client, queue, number: int) -> None:
    for index in range(number):
        sqs.send(client, queue, f"message {index}", {})


@pytest.mark.parametrize(("at_most", "received"), [(1, 1), (3, 3), (10, 10), (11, 10), (100, 10)])
def test_a_receive_gives_at_most_what_was_asked_for_and_never_more_than_sqs_can(
    at_most, received, client, queue
):
    fill(client, queue, 12)

    messages = sqs.receive(client, queue, at_most=at_most)

    assert [message.body for message in messages] == [f"message {index}" for index in range(received)]


def test_an_empty_queue_gives_no_messages(client, queue):
    assert sqs.receive(client, queue, at_most=10) == []


def test_a_receive_asks_all_servers_of_sqs(client, queue):
    with Stubber(client) as stub:
        stub.add_response(
            "receive_message",
            {"Messages": []},
            {
                "QueueUrl": queue,
                "MaxNumberOfMessages": 10,
                "WaitTimeSeconds": 1,
                "MessageSystemAttributeNames": ["SentTimestamp"],
                "MessageAttributeNames": ["All"],
            },
        )

        sqs.receive(client, queue, at_most=10)

        stub.assert_no_pending_responses()


def test_a_message_comes_with_its_id_its_attributes_and_the_time_at_which_it_was_sent(client, queue):
    before = datetime.now(UTC).replace(microsecond=0)
    message_id = sqs.send(client, queue, "{}", {"error": "Timeout", "attempt": "2"})

    (message,) = sqs.receive(client, queue, at_most=1)

    assert (message.id, message.body) == (message_id, "{}")
    assert message.attributes == {"error": "Timeout", "attempt": "2"}
    assert before <= message.sent_at <= datetime.now(UTC)


def test_a_message_that_was_sent_anew_is_called_as_it_was_at_first(client, queue):
    sqs.send(client, queue, "{}", {sqs.FIRST_MESSAGE_ID: "first"})

    (message,) = sqs.receive(client, queue, at_most=1)

    assert message.id == "first"


def test_an_attribute_that_is_no_text_is_left_out_since_it_could_not_be_sent_again_as_text(client, queue):
    attributes = {
        "thumbnail": {"DataType": "Binary", "BinaryValue": b"\x00"},
        "retries": {"DataType": "Number", "StringValue": "3"},
    }
    client.send_message(QueueUrl=queue, MessageBody="{}", MessageAttributes=attributes)

    (message,) = sqs.receive(client, queue, at_most=1)

    assert message.attributes == {"retries": "3"}


def test_what_is_received_is_hidden_for_as_long_as_is_said(client, queue):
    fill(client, queue, 2)

    hidden = sqs.receive(client, queue, at_most=1, hidden_for=timedelta(minutes=3))
    seen = sqs.receive(client, queue, at_most=1, hidden_for=timedelta(0))

    again = client.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    assert [message.body for message in (*hidden, *seen)] == ["message 0", "message 1"]
    assert [message["Body"] for message in again] == ["message 1"]
