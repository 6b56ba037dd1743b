"""What can not be run again is put aside, waits for better times, or is told: it is never lost."""

import json

import pytest
from botocore.exceptions import ClientError

from stepkeeper.errors import ReprocessingFailed, SpoolNotDeleted
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


@pytest.mark.parametrize("code", ["ThrottlingException", "ExecutionLimitExceeded"])
def test_what_step_functions_is_too_busy_for_stays_on_the_spool_and_the_loop_ends(
    code, spooled, refusals, context
):
    bodies = [spooled.put_failed(f"run-{index:02d}") for index in range(12)]
    refusals.refuse("StartExecution", code, containing="run-03")

    answer = handler({"max": 12}, context)

    assert answer["stopped_because"] == "throttled"
    assert len(spooled.runs) == answer["success"] == 9
    assert spooled.waiting == [bodies[3], bodies[10], bodies[11]]
    assert answer["left"] == 3
    assert spooled.quarantined == []


def test_what_was_throttled_is_run_the_next_time(spooled, refusals, context):
    spooled.put_failed("2026-11-21")
    refusals.refuse("StartExecution", "ThrottlingException")
    handler({}, context)
    refusals.clear()
    spooled.redeliver()

    answer = handler({}, context)

    assert (answer["success"], answer["left"]) == (1, 0)
    assert len(spooled.runs) == 1


@pytest.mark.parametrize("code", ["AccessDeniedException", "InternalFailure", "KmsAccessDeniedException"])
def test_a_failure_that_is_not_the_messages_own_is_raised_and_the_message_stays(
    code, spooled, refusals, context
):
    bodies = [spooled.put_failed(f"run-{index}") for index in range(3)]
    refusals.refuse("StartExecution", code, containing="run-1")

    with pytest.raises(ReprocessingFailed, match=f"1 runs could not be started.* 2 were started.*{code}"):
        handler({}, context)

    assert sorted(given["key"] for given in spooled.runs.values()) == ["run-0", "run-2"]
    assert spooled.waiting == [bodies[1]]
    assert spooled.quarantined == []


def test_a_message_that_can_not_be_started_keeps_no_other_from_being_run(spooled, refusals, context):
    bodies = [spooled.put_failed(f"run-{index:02d}") for index in range(25)]
    refusals.refuse("StartExecution", "AccessDeniedException", containing="run-03")

    with pytest.raises(ReprocessingFailed, match=r"1 runs could not be started.* 24 were started"):
        handler({"max": 25}, context)

    assert len(spooled.runs) == 24
    assert spooled.waiting == [bodies[3]]


def test_runs_that_can_not_be_started_count_as_tried_so_that_the_loop_ends(spooled, refusals, context):
    bodies = [spooled.put_failed(f"run-{index:02d}") for index in range(25)]
    refusals.refuse("StartExecution", "AccessDeniedException")

    with pytest.raises(ReprocessingFailed, match=r"12 runs could not be started.* 0 were started"):
        handler({"max": 12}, context)

    assert spooled.waiting == bodies
    assert spooled.runs == {}


@pytest.mark.parametrize("code", ["AccessDenied", "RequestThrottled"])
def test_a_quarantine_that_takes_nothing_is_a_failure_and_the_message_stays(code, spooled, refusals, context):
    spooled.put("key=12345")
    refusals.refuse("SendMessage", code)

    with pytest.raises(ReprocessingFailed, match=code):
        handler({}, context)

    assert spooled.waiting == ["key=12345"]


def test_messages_that_sqs_keeps_are_told_and_start_nothing_when_they_come_again(spooled, refusals, context):
    spooled.put_failed("2026-11-21")
    refusals.answer(
        "DeleteMessageBatch",
        {"Successful": [], "Failed": [{"Id": "0", "Code": "InternalError", "SenderFault": False}]},
    )

    with pytest.raises(SpoolNotDeleted, match="InternalError"):
        handler({}, context)

    refusals.clear()
    spooled.redeliver()
    handler({}, context)
    assert len(spooled.runs) == 1
    assert spooled.waiting == []


@pytest.mark.parametrize("operation", ["ReceiveMessage", "DeleteMessageBatch", "GetQueueAttributes"])
def test_nothing_is_called_a_success_when_the_spool_can_not_be_used(operation, spooled, refusals, context):
    spooled.put_failed("2026-11-21")
    refusals.refuse(operation, "AccessDenied")

    with pytest.raises(ClientError, match="AccessDenied"):
        handler({}, context)
