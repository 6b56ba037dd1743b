"""What can not be run again now waits for better times, or is told: it is never lost."""

import pytest
from botocore.exceptions import ClientError

from stepkeeper.errors import ReprocessingFailed, SpoolNotDeleted
from stepkeeper.handlers.reprocessor import handler


@pytest.fixture(autouse=True)
def configured(configure):
    configure("ReprocessorFunction")


@pytest.mark.parametrize("code", ["ThrottlingException", "ExecutionLimitExceeded"])
def test_what_step_functions_is_too_busy_for_stays_on_the_spool_and_the_loop_ends(
    code, spooled, refusals, context
):
    bodies = [spooled.put_failed(f"run-{index:02d}") for index in range(12)]
    refusals.refuse("StartExecution", code, containing="run-03")

    answer = handler({"max": 12}, context)

    assert answer["stopped_because"] == "throttled"
    assert bodies[3] in spooled.waiting
    assert len(spooled.runs) == answer["success"] == 12 - len(spooled.waiting)
    assert answer["left"] == len(spooled.waiting)
    assert spooled.quarantined == []


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


def test_a_quarantine_that_takes_nothing_is_a_failure_and_the_message_stays(spooled, refusals, context):
    spooled.put("key=12345")
    refusals.refuse("SendMessage", "AccessDenied")

    with pytest.raises(ReprocessingFailed, match="AccessDenied"):
        handler({}, context)

    assert spooled.waiting == ["key=12345"]


def test_a_quarantine_that_is_too_busy_is_a_reason_to_stop_and_the_message_stays(spooled, refusals, context):
    spooled.put("key=12345")
    refusals.refuse("SendMessage", "RequestThrottled")

    answer = handler({}, context)

    assert (answer["quarantined"], answer["left"], answer["stopped_because"]) == (0, 1, "throttled")


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
