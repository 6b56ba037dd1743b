"""A failed execution is put on the spool, or the handler fails."""

import json
from dataclasses import replace

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from stepkeeper.domain.envelope import Envelope
from stepkeeper.errors import InvalidSettings, NoStateMachine
from stepkeeper.handlers.error_spooler import handler
from tests.handlers.failures import BARE, caught
from tests.handlers.spooled import Spooled
from tests.unit.arbitrary_json import nested
from tests.wire import BREAKS, Crash

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


def test_an_error_that_says_nothing_is_spooled_all_the_same(spooled, context):
    handler(caught() | {"error": {"Error": ""}}, context)

    assert (only(spooled).error, only(spooled).cause) == ("", "")


def test_a_rerun_that_fails_is_the_next_attempt_of_its_lineage(spooled, context):
    handler(caught("r7-9f2c4e7a1b3d5f60-2026-11-21"), context)

    assert (only(spooled).lineage, only(spooled).attempt) == ("9f2c4e7a1b3d5f60", 8)


def test_a_failure_that_is_told_twice_has_one_lineage(spooled, context):
    first = handler(caught(), context)

    again = handler(caught(), replace(context, aws_request_id="another"))

    assert len(spooled.waiting) == 2
    assert (first["lineage"], first["attempt"]) == (again["lineage"], again["attempt"])


def test_a_bare_input_is_spooled_without_its_error_for_the_default_machine(spooled, context):
    handler(BARE, context)

    envelope = only(spooled)
    assert envelope.state_machine_arn == DEFAULT
    assert envelope.input == {"key": "12345"}
    assert (envelope.error, envelope.cause) == ("OutsideSystemDown", "The outside system does not answer.")
    assert (envelope.execution_arn, envelope.state) == (None, None)


@pytest.mark.parametrize(
    "rest", [{}, {"input": 1}, {"execution": {"id": "x"}}, {"": ""}, {"\ud800": "\udfff"}], ids=ascii
)
def test_everything_but_the_error_is_a_bare_inputs_input(rest, spooled, context):
    handler({**rest, "error-info": {}}, context)

    assert only(spooled).input == rest


def test_a_bare_input_that_lambda_repeats_has_one_lineage_and_a_new_one_has_another(spooled, context):
    first = handler(BARE, context)
    repeated = handler(BARE, context)

    second = handler(BARE, replace(context, aws_request_id="another"))

    assert len(spooled.waiting) == 3
    assert first["lineage"] == repeated["lineage"] != second["lineage"]


def test_a_bare_input_without_a_default_machine_is_refused_and_nothing_is_spooled(
    spooled, configure, context
):
    configure("ErrorSpoolerFunction", DefaultStateMachineArn="")

    with pytest.raises(NoStateMachine, match="DEFAULT_STATE_MACHINE_ARN"):
        handler(BARE, context)

    assert spooled.waiting == []


@pytest.mark.parametrize("event", [caught(), BARE], ids=["caught", "bare"])
def test_nothing_is_called_spooled_when_the_queue_is_gone(event, stack, context):
    stack.aws.client("sqs").delete_queue(QueueUrl=stack.spool_queue)

    with pytest.raises(ClientError, match="does not exist"):
        handler(event, context)


@pytest.mark.parametrize("event", [caught(), BARE], ids=["caught", "bare"])
def test_nothing_is_called_spooled_when_the_function_may_not_send(event, spooled, refusals, context):
    refusals.refuse("SendMessage", "AccessDenied")

    with pytest.raises(ClientError, match="AccessDenied"):
        handler(event, context)

    assert spooled.waiting == []


@pytest.mark.parametrize("event", [caught(), BARE], ids=["caught", "bare"])
def test_a_missing_queue_url_is_named_and_nothing_is_called_spooled(event, spooled, monkeypatch, context):
    monkeypatch.delenv("SPOOL_QUEUE_URL")

    with pytest.raises(InvalidSettings, match="SPOOL_QUEUE_URL"):
        handler(event, context)

    assert spooled.waiting == []


def test_an_input_with_a_number_that_json_can_not_write_is_refused(spooled, context):
    with pytest.raises(ValueError, match="not JSON compliant"):
        handler(caught(input={"amount": float("inf")}), context)

    assert spooled.waiting == []


@pytest.mark.parametrize("event", [caught(), BARE], ids=["caught", "bare"])
@pytest.mark.parametrize("how", BREAKS)
def test_an_invocation_that_broke_off_and_is_repeated_leaves_one_lineage(how, event, spooled, context):
    with spooled.stack.aws.wire.breaking(0, how), pytest.raises((Crash, ConnectionClosedError)):
        handler(event, context)

    handler(event, context)

    envelopes = [json.loads(body) for body in spooled.waiting]
    assert len({envelope["lineage"] for envelope in envelopes}) == 1
    assert all(envelope["input"] == {"key": "12345"} for envelope in envelopes)
