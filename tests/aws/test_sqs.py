"""SQS: the spool and the quarantine."""

import re
from dataclasses import replace

import pytest
from botocore.stub import Stubber

from stepkeeper.aws import sqs
from stepkeeper.errors import SpoolNotDeleted


@pytest.fixture
def client(aws):
    return aws.client("sqs")


@pytest.fixture
def queue(client):
    return client.create_queue(QueueName="spool")["QueueUrl"]


def fill(client, queue, number: int) -> None:
    for index in range(number):
        sqs.send(client, queue, f"message {index}", {})


def test_a_message_arrives_with_its_attributes(client, queue):
    message_id = sqs.send(client, queue, '{"key":"12345"}', {"error": "Timeout", "attempt": "2"})

    arrived = client.receive_message(QueueUrl=queue, MessageAttributeNames=["All"])["Messages"][0]
    assert arrived["MessageId"] == message_id
    assert arrived["Body"] == '{"key":"12345"}'
    assert {name: value["StringValue"] for name, value in arrived["MessageAttributes"].items()} == {
        "error": "Timeout",
        "attempt": "2",
    }


@pytest.mark.parametrize("value", ["a\x00b", "a\x1bb", "a\ufffeb", "a\uffffb", "a\ud800b"], ids=ascii)
def test_a_character_that_sqs_refuses_in_an_attribute_never_keeps_a_message_from_being_sent(
    value, client, queue
):
    sqs.send(client, queue, "{}", {"error": value})

    arrived = client.receive_message(QueueUrl=queue, MessageAttributeNames=["All"])["Messages"][0]
    text = arrived["MessageAttributes"]["error"]["StringValue"]
    assert re.fullmatch("a[\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]b", text)


@pytest.mark.parametrize("value", ["OutsideSystemDown", "tab\tand\r\nline", "値 é 😀"])
def test_all_other_characters_of_an_attribute_stay_as_they_are(value, client, queue):
    sqs.send(client, queue, "{}", {"error": value})

    arrived = client.receive_message(QueueUrl=queue, MessageAttributeNames=["All"])["Messages"][0]
    assert arrived["MessageAttributes"]["error"]["StringValue"] == value


def test_what_is_given_back_can_be_received_at_once_however_much_it_is(client, queue):
    fill(client, queue, 12)
    held = [*sqs.receive(client, queue, at_most=10), *sqs.receive(client, queue, at_most=2)]

    sqs.give_back(client, queue, [message.receipt_handle for message in held[:11]])

    again = [*sqs.receive(client, queue, at_most=10), *sqs.receive(client, queue, at_most=10)]
    assert {message.body for message in again} == {f"message {index}" for index in range(11)}


def test_giving_nothing_back_calls_nobody(client, queue):
    with Stubber(client):
        sqs.give_back(client, queue, [])


def test_a_message_that_sqs_keeps_hidden_does_not_keep_others_from_being_given_back(client, queue):
    fill(client, queue, 2)
    deleted, kept = sqs.receive(client, queue, at_most=2)
    sqs.delete(client, queue, [deleted])

    sqs.give_back(client, queue, [deleted.receipt_handle, kept.receipt_handle])

    assert [message.id for message in sqs.receive(client, queue, at_most=10)] == [kept.id]


def test_deleted_messages_are_gone_and_the_others_stay(client, queue):
    fill(client, queue, 12)
    messages = sqs.receive(client, queue, at_most=10)

    sqs.delete(client, queue, messages[:7])

    assert sqs.count(client, queue) == 5


def test_deleting_nothing_calls_nobody(client, queue):
    with Stubber(client):
        sqs.delete(client, queue, [])


def test_a_message_that_sqs_did_not_delete_is_named_and_the_others_are_deleted(client, queue):
    fill(client, queue, 2)
    kept, deleted = sqs.receive(client, queue, at_most=2)
    unknown = replace(kept, receipt_handle="no such handle")

    with pytest.raises(SpoolNotDeleted, match=rf"{kept.id} \(ReceiptHandleIsInvalid\)") as failed:
        sqs.delete(client, queue, [unknown, deleted])

    assert deleted.id not in str(failed.value)
    assert sqs.count(client, queue) == 1


def test_waiting_delayed_and_received_messages_are_all_counted(client, queue):
    fill(client, queue, 3)
    sqs.receive(client, queue, at_most=2)
    client.send_message(QueueUrl=queue, MessageBody="later", DelaySeconds=900)

    assert sqs.count(client, queue) == 4
