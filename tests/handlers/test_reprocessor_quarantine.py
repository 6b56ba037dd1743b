"""What can never be run is put aside with the reason, as it is."""

import json

import pytest

from stepkeeper.handlers.reprocessor import handler

OTHER_MACHINE = "arn:aws:states:ap-northeast-1:123456789012:stateMachine:removed"


@pytest.fixture(autouse=True)
def configured(configure):
    configure("ReprocessorFunction")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("key=12345", "the message is not JSON: "),
        ("", "the message is not JSON: "),
        ("[" * 100_000, "the message is nested too deeply to be read"),
        ('{"key": "値"}', "the message is no envelope, and DEFAULT_STATE_MACHINE_ARN is not set to run it"),
        ('{"version": 9, "lineage": "x", "state_machine_arn": "x"}', "the envelope is broken: version: "),
    ],
    ids=["text", "empty", "deep", "no envelope", "broken envelope"],
)
def test_what_can_never_be_run_is_quarantined_as_it_is_with_the_reason(body, reason, spooled, context):
    message_id = spooled.put(body)

    answer = handler({}, context)

    (quarantined,) = spooled.quarantined
    assert quarantined["Body"] == body
    assert quarantined["reason"].startswith(reason)
    assert quarantined["spool_message_id"] == message_id
    assert (answer["quarantined"], answer["left"]) == (1, 0)
    assert spooled.waiting == []


def test_an_envelope_with_a_field_of_characters_that_sqs_refuses_is_quarantined(spooled, context):
    envelope = json.loads(spooled.put_failed("2026-11-21"))
    handler({}, context)
    spooled.put(json.dumps(envelope | {"\x00": 1}))

    handler({}, context)

    assert "\ufffd" in spooled.quarantined[0]["reason"]
    assert spooled.waiting == []


def test_an_input_that_no_execution_takes_is_quarantined(spooled, context):
    body = spooled.put_failed("2026-11-21", "x" * 262_144)

    handler({}, context)

    (quarantined,) = spooled.quarantined
    assert quarantined["Body"] == body
    assert "262144" in quarantined["reason"]


def test_the_failed_execution_of_a_machine_that_is_gone_is_quarantined(spooled, context):
    body = spooled.put_failed("2026-11-21", state_machine_arn=OTHER_MACHINE)

    handler({}, context)

    (quarantined,) = spooled.quarantined
    assert quarantined["Body"] == body
    assert "StateMachineDoesNotExist" in quarantined["reason"]
    assert spooled.waiting == []


@pytest.mark.parametrize(
    "code",
    ["InvalidArn", "InvalidExecutionInput", "InvalidName", "StateMachineDeleting", "ValidationException"],
)
def test_what_step_functions_will_never_start_is_quarantined(code, spooled, refusals, context):
    body = spooled.put_failed("2026-11-21")
    refusals.refuse("StartExecution", code)

    handler({}, context)

    (quarantined,) = spooled.quarantined
    assert quarantined["Body"] == body
    assert code in quarantined["reason"]
    assert spooled.waiting == []


def test_a_message_that_is_no_envelope_is_run_by_the_default_machine(spooled, configure, context):
    configure("ReprocessorFunction", DefaultStateMachineArn=spooled.pipeline)
    message_id = spooled.put('{"key": "12345"}')

    answer = handler({}, context)

    ((name, given),) = spooled.runs.items()
    assert name.endswith(message_id)
    assert given == {"key": "12345"}
    assert (answer["success"], answer["quarantined"]) == (1, 0)
