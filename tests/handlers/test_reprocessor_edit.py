"""A person gives a run that waits another input, and says why."""

import json
from datetime import timedelta

import pytest

from stepkeeper.domain.failure import Edit, FailureKey
from stepkeeper.domain.spooled_run import INPUT_BYTES
from stepkeeper.spool.errors import AlreadyAnswered, InvalidInput
from stepkeeper.spool.single import IN_HAND_FOR

SECOND = timedelta(seconds=1)
WHY = "the key was wrong"


def edit(failing, lineage, input):
    return failing.ask("edit", lineage=lineage, input=input, reason=WHY)


def inputs(failing):
    return [run.input for run in failing.reruns]


@pytest.mark.parametrize("input", [{"key": "new"}, None, [], "値\ud800", 0])
def test_the_edited_input_is_what_runs(input, failing):
    lineage = failing.fail()
    failing.fail("another")

    answer = edit(failing, lineage, input)

    assert answer == {"lineage": lineage, "attempt": 1, "was_in": "spool"}
    assert failing.visible == 2
    failing.ask()
    (run,) = [run for run in failing.reruns if lineage in run.name]
    assert json.loads(run.input) == input


def test_an_edit_is_remembered_with_its_reason(failing):
    lineage, now = failing.fail(), failing.world.clock.now()

    edit(failing, lineage, {"key": "new"})

    assert failing.remembered(FailureKey(lineage, 1)).edit == Edit('{"key":"new"}', now, WHY)


def test_the_last_edit_counts(failing):
    lineage = failing.fail()

    edit(failing, lineage, {"key": "first"})
    failing.world.clock.move(SECOND)
    edit(failing, lineage, {"key": "second"})

    failing.ask()
    assert inputs(failing) == ['{"key":"second"}']


def test_what_was_edited_is_started_and_not_redriven(failing):
    lineage = failing.fail()
    edit(failing, lineage, {"key": "new"})

    failing.ask(plan=failing.plan())

    assert [(run.by, run.input) for run in failing.reruns] == [("start", '{"key":"new"}')]


def test_what_is_edited_in_quarantine_comes_back_to_the_spool_and_runs(failing):
    failing.simulation.template.overrides["MaxAttempts"] = "1"
    lineage = failing.fail()

    answer = edit(failing, lineage, {"key": "new"})

    assert answer["was_in"] == "quarantine"
    assert (len(failing.spooled), len(failing.quarantined)) == (1, 0)
    failing.ask()
    assert inputs(failing) == ['{"key":"new"}']
    assert (failing.spooled, failing.quarantined) == ([], [])


@pytest.mark.parametrize("moved_by", ["the reprocessor", "SQS"])
def test_a_bare_input_is_edited_in_quarantine_too(moved_by, failing):
    """It is known by the id of its message alone, and gets another message."""
    if moved_by == "SQS":
        sent = {"QueueUrl": failing.world.quarantine.url, "MessageBody": '{"key": "old"}'}
        failing.world.call("sqs", "SendMessage", sent)
    else:
        failing.put('{"key": "old"}')
        failing.ask()
    failing.simulation.template.overrides["DefaultStateMachineArn"] = failing.pipeline
    (group,) = failing.ask("plan", **{"from": "quarantine"})["groups"]

    edit(failing, group["samples"][0]["lineage"], {"key": "new"})
    failing.ask()

    assert inputs(failing) == ['{"key":"new"}']


@pytest.mark.parametrize(("size", "fits"), [(INPUT_BYTES, True), (INPUT_BYTES + 1, False)])
def test_an_input_that_no_execution_takes_is_refused(size, fits, failing):
    lineage = failing.fail()
    input = "é" * ((size - 2) // 2) + "x" * ((size - 2) % 2)

    if not fits:
        with pytest.raises(InvalidInput, match=f"Nothing was edited: the input has {size} bytes"):
            edit(failing, lineage, input)
    else:
        edit(failing, lineage, input)

    record = failing.remembered(FailureKey(lineage, 1))
    assert (record.edit is not None) is fits


def test_a_run_whose_input_was_too_large_runs_with_a_smaller_one(failing):
    lineage = failing.put_failed(input="x" * INPUT_BYTES)
    failing.ask()
    assert len(failing.quarantined) == 1

    edit(failing, lineage, "x")
    failing.ask()

    assert inputs(failing) == ['"x"']


@pytest.mark.parametrize("answer", ["restart", "redrive"])
def test_what_was_claimed_and_not_begun_is_edited_once_no_call_can_be_about_to_begin_it(answer, failing):
    lineage = failing.fail()
    plan = failing.plan(override=answer)
    failing.world.faults.refuse("StartExecution")
    failing.world.faults.refuse("RedriveExecution")
    failing.ask(plan=plan)
    failing.world.faults.clear()

    with pytest.raises(AlreadyAnswered, match=f"about to {answer}"):
        edit(failing, lineage, {"key": "too soon"})
    failing.world.clock.move(IN_HAND_FOR)
    edit(failing, lineage, {"key": "new"})

    assert failing.remembered(FailureKey(lineage, 1)).answer is None
    failing.ask()
    assert [(run.by, run.input) for run in failing.reruns] == [("start", '{"key":"new"}')]


def test_a_call_that_holds_a_message_for_longest_is_over_before_its_claim_may_be_taken_back(failing):
    timeout = failing.simulation.template.properties("ReprocessorFunction")["Timeout"]

    assert timeout * SECOND < IN_HAND_FOR
