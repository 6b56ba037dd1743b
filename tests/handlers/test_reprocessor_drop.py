"""A person drops a run that waits, and says why: it is not run again."""

from datetime import timedelta

import pytest

from stepkeeper.domain.failure import FailureKey
from stepkeeper.spool.errors import AlreadyAnswered, NotWaiting
from stepkeeper.spool.single import IN_HAND_FOR

WHY = "the order was cancelled"


def drop(failing, lineage):
    return failing.ask("drop", lineage=lineage, reason=WHY)


def test_what_was_dropped_is_gone_and_remembered_with_the_reason(failing):
    lineage, now = failing.fail(), failing.world.clock.now()
    failing.fail("another")

    answer = drop(failing, lineage)

    assert answer == {"lineage": lineage, "attempt": 1, "was_in": "spool"}
    assert [each.lineage == lineage for each in failing.spooled] == [False]
    record = failing.remembered(FailureKey(lineage, 1))
    assert (record.answer, record.answered_at, record.answer_reason) == ("drop", now, WHY)
    assert failing.visible == 1


def test_a_second_message_of_what_was_dropped_runs_nothing(failing):
    lineage = failing.put_failed()
    failing.put_failed()

    drop(failing, lineage)
    answer = failing.ask()

    assert failing.reruns == []
    assert (answer["success"], answer["left"]) == (0, 0)


def test_a_message_of_what_was_dropped_that_comes_again_runs_nothing(failing):
    lineage = failing.fail()
    (message,) = failing.world.spool.messages
    plan = failing.plan()
    drop(failing, lineage)
    failing.world.spool.redeliver(message)

    answer = failing.ask(plan=plan)

    assert failing.reruns == []
    assert failing.world.spool.messages == []
    assert (answer["success"], answer["stopped_because"]) == (0, "the plan is done")


def test_an_event_of_what_was_dropped_that_comes_again_spools_nothing(failing):
    lineage = failing.fail()
    drop(failing, lineage)

    failing.tell(failing.world.step_functions.runs[0].execution)

    assert failing.world.spool.messages == []


def test_what_lies_in_quarantine_can_be_dropped(failing):
    failing.simulation.template.overrides["MaxAttempts"] = "1"
    lineage = failing.fail()

    answer = drop(failing, lineage)

    assert answer["was_in"] == "quarantine"
    assert failing.quarantined == []


def test_what_can_not_be_read_can_be_dropped_by_the_lineage_that_a_plan_shows(failing):
    failing.put("not JSON")
    failing.ask()
    (group,) = failing.ask("plan", **{"from": "quarantine"})["groups"]

    answer = drop(failing, group["samples"][0]["lineage"])

    assert answer["was_in"] == "quarantine"
    assert failing.world.quarantine.messages == []


def test_what_was_dropped_can_be_dropped_once_more_as_long_as_a_message_is_there(failing):
    lineage = failing.put_failed()
    failing.put_failed()

    drop(failing, lineage)
    drop(failing, lineage)

    assert failing.world.spool.messages == []
    with pytest.raises(NotWaiting):
        drop(failing, lineage)


@pytest.mark.parametrize("answer", ["restart", "redrive"])
def test_what_was_run_already_is_not_dropped(answer, failing):
    lineage = failing.fail()
    plan = failing.plan(override=answer)
    (message,) = failing.world.spool.messages
    failing.ask(plan=plan)
    failing.world.spool.redeliver(message)

    with pytest.raises(AlreadyAnswered, match=f"by a {answer}.*Nothing was changed"):
        drop(failing, lineage)

    assert failing.visible == 1
    assert failing.remembered(FailureKey(lineage, 1)).answer == answer


def test_what_was_to_be_started_and_was_throttled_can_still_be_dropped(failing):
    lineage = failing.fail()
    failing.world.faults.refuse("StartExecution", "ThrottlingException")
    failing.ask()
    failing.world.faults.clear()
    failing.world.clock.move(IN_HAND_FOR)

    drop(failing, lineage)

    assert failing.remembered(FailureKey(lineage, 1)).answer == "drop"
    assert failing.world.spool.messages == []


def test_what_failed_again_since_is_dropped_though_an_old_message_of_it_is_still_there(failing):
    lineage = failing.fail()
    (old,) = failing.world.spool.messages
    failing.ask()
    failing.world.clock.move(timedelta(minutes=5))
    failing.world.spool.redeliver(old)
    failing.end(failing.reruns[0].execution.arn)

    answer = drop(failing, lineage)

    assert answer["attempt"] == 2
    failing.ask()
    assert len(failing.reruns) == 1
    assert failing.world.spool.messages == []
