"""A failed execution is put on the spool, or the handler fails."""

import json
from dataclasses import replace

import pytest

from stepkeeper.domain.envelope import Envelope
from stepkeeper.handlers.error_spooler import handler
from tests.handlers.failures import caught
from tests.handlers.spooled import Spooled
from tests.unit.arbitrary_json import nested

DEFAULT = "arn:aws:states:ap-northeast-1:123456789012:stateMachine:default"


@pytest.fixture(autouse=True)
def configured(configure):
    configure("ErrorSpoolerFunction", DefaultStateMachineArn=DEFAULT)


def only(spooled: Spooled) -> Envelope:
    (body,) = spooled.waiting
    return Envelope.model_validate(json.loads(body))


def test_a_caught_failure_is_spooled_with_all_that_is_known_of_it(spooled, context):
    event = caught()

    told = handler(event, context)

    envelope = only(spooled)
    assert envelope.state_machine_arn == event["stateMachine"]["id"]
    assert envelope.execution_arn == event["execution"]["id"]
    assert envelope.input == {"key": "12345"}
    assert (envelope.state, envelope.error) == ("Encode the order", "OutsideSystemDown")
    assert envelope.cause == event["error"]["Cause"]
    assert (told["lineage"], told["attempt"]) == (envelope.lineage, 1)


def test_the_message_has_the_attributes_that_filters_need(stack, context):
    told = handler(caught(), context)

    arrived = stack.aws.client("sqs").receive_message(
        QueueUrl=stack.spool_queue, MessageAttributeNames=["All"]
    )["Messages"][0]
    assert arrived["MessageId"] == told["message_id"]
    assert {name: value["StringValue"] for name, value in arrived["MessageAttributes"].items()} == {
        "state_machine": "nightly-orders",
        "error": "OutsideSystemDown",
        "attempt": "1",
    }


@pytest.mark.parametrize(
    "original",
    [
        None,
        False,
        0,
        "",
        "text",
        [],
        [1, "two"],
        {},
        {"error-info": 1},
        2**70,
        0.1,
        "値😀",
        "\ud800",
        nested(300),
    ],
    ids=lambda value: ascii(value)[:20],
)
def test_the_original_input_is_kept_whatever_it_is(original, spooled, context):
    handler(caught(input=original), context)

    kept = only(spooled).input
    assert json.dumps(kept) == json.dumps(original)


def test_the_largest_input_of_the_worst_characters_is_kept(spooled, context):
    original = "\x7f" * 262_142

    handler(caught(input=original), context)

    assert only(spooled).input == original


@pytest.mark.parametrize("told", ["", "yesterday", "2026-11-21T03:00:00", "99999-01-01T00:00:00Z"])
def test_a_start_that_is_no_time_does_not_keep_an_input_from_being_kept(told, spooled, context):
    handler(caught(startTime=told), context)

    assert only(spooled).input == {"key": "12345"}


def test_an_error_that_says_nothing_is_spooled_all_the_same(spooled, context):
    handler(caught() | {"error": {"Error": ""}}, context)

    assert (only(spooled).error, only(spooled).cause) == ("", "")


def test_a_rerun_that_fails_is_the_next_attempt_of_its_lineage(spooled, context):
    handler(caught("r1-9f2c4e7a1b3d5f60-2026-11-21"), context)

    assert (only(spooled).lineage, only(spooled).attempt) == ("9f2c4e7a1b3d5f60", 2)


def test_a_rerun_that_has_failed_too_often_is_put_into_quarantine_with_the_reason(spooled, context):
    handler(caught("r2-9f2c4e7a1b3d5f60-2026-11-21"), context)

    (message,) = spooled.quarantined
    assert json.loads(message["Body"])["attempt"] == 3
    assert message["reason"] == "it has failed 3 times, and max_attempts is 3"
    assert spooled.waiting == []


def test_how_often_is_too_often_is_for_the_operator_to_say(spooled, configure, context):
    configure("ErrorSpoolerFunction", DefaultStateMachineArn=DEFAULT, MaxAttempts="8")

    handler(caught("r6-9f2c4e7a1b3d5f60-2026-11-21"), context)
    handler(caught("r7-9f2c4e7a1b3d5f60-2026-11-21"), context)

    assert (len(spooled.waiting), len(spooled.quarantined)) == (1, 1)


def test_a_failure_that_is_told_twice_is_spooled_once(spooled, context):
    first = handler(caught(), context)

    again = handler(caught(), replace(context, aws_request_id="another"))

    assert len(spooled.waiting) == 1
    assert first == again


def test_a_redriven_run_that_is_caught_again_is_the_next_attempt_of_its_lineage(spooled, context):
    first = handler(caught(), context)

    again = handler(caught(redriveCount=1), context)

    assert len(spooled.waiting) == 2
    assert again["lineage"] == first["lineage"]
    assert (first["attempt"], again["attempt"]) == (1, 2)
