"""Where something goes wrong, nothing is called spooled that is not."""

import json

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from stepkeeper.errors import InvalidSettings
from stepkeeper.handlers.error_spooler import handler
from tests.handlers.failures import BARE, caught
from tests.wire import BREAKS, Crash

DEFAULT = "arn:aws:states:ap-northeast-1:123456789012:stateMachine:default"
CALLS = ["dynamodb:GetItem", "sqs:SendMessage", "dynamodb:UpdateItem"]


@pytest.fixture(autouse=True)
def configured(configure):
    configure("ErrorSpoolerFunction", DefaultStateMachineArn=DEFAULT)


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
@pytest.mark.parametrize("call", range(len(CALLS)), ids=CALLS)
def test_an_invocation_that_broke_off_and_is_repeated_leaves_one_lineage(call, how, event, spooled, context):
    with spooled.stack.aws.wire.breaking(call, how), pytest.raises((Crash, ConnectionClosedError)):
        handler(event, context)

    handler(event, context)

    envelopes = [json.loads(body) for body in spooled.waiting]
    assert 1 <= len(envelopes) <= 2
    assert len({envelope["lineage"] for envelope in envelopes}) == 1
    assert all(envelope["input"] == {"key": "12345"} for envelope in envelopes)
