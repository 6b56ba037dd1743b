"""What is not there to be edited, or has been answered, is left as it is, and the person is told."""

import pytest

from stepkeeper.domain.failure import FailureKey
from stepkeeper.spool.errors import AlreadyAnswered, NotWaiting

WHY = "the key was wrong"


def edit(failing, lineage, input):
    return failing.ask("edit", lineage=lineage, input=input, reason=WHY)


def test_a_lineage_that_does_not_wait_is_said_to_and_nothing_changes(failing):
    failing.fail()

    with pytest.raises(NotWaiting, match="No run of lineage 9f2c4e7a1b3d5f60 waits"):
        edit(failing, "9f2c4e7a1b3d5f60", {})

    assert failing.visible == 1
    assert not [item for item in failing.world.table.items if "edited_input" in item]


def test_what_another_call_holds_is_not_edited(failing):
    lineage = failing.fail()
    failing.world.call("sqs", "ReceiveMessage", {"QueueUrl": failing.world.spool.url})

    with pytest.raises(NotWaiting, match="in the hands of another call"):
        edit(failing, lineage, {})


@pytest.mark.parametrize("answer", ["restart", "redrive"])
def test_what_was_run_already_is_not_edited(answer, failing):
    lineage = failing.fail()
    plan = failing.plan(override=answer)
    (message,) = failing.world.spool.messages
    failing.ask(plan=plan)
    failing.world.spool.redeliver(message)

    with pytest.raises(AlreadyAnswered, match=f"by a {answer}.*Nothing was changed"):
        edit(failing, lineage, {"key": "new"})

    assert failing.visible == 1
    assert failing.remembered(FailureKey(lineage, 1)).edit is None


def test_what_was_dropped_is_not_edited(failing):
    lineage = failing.put_failed()
    failing.put_failed()
    failing.ask("drop", lineage=lineage, reason=WHY)

    with pytest.raises(NotWaiting, match="can't be run"):
        edit(failing, lineage, {})


def test_what_is_being_answered_at_this_moment_is_not_edited(failing):
    """SQS has delivered its message twice, to a reprocessor too."""
    lineage = failing.put_failed()

    def answer():
        failing.world.spool.redeliver()
        failing.simulation.invoke("reprocessor", {})

    failing.just_before("UpdateItem", answer)

    with pytest.raises(AlreadyAnswered, match="being answered just now; nothing was edited"):
        edit(failing, lineage, {"key": "new"})

    assert [run.input for run in failing.reruns] == ['{"key":"2026-11-21"}']
    assert failing.remembered(FailureKey(lineage, 1)).edit is None
