"""A failure has one answer, which is written down before it is given, whoever asks and however often."""

from datetime import timedelta

import pytest

from stepkeeper.aws import edits_and_drops
from stepkeeper.domain.failure import Edit, FailureKey
from stepkeeper.domain.lineage import lineage_of

SECOND = timedelta(seconds=1)


@pytest.fixture
def person(failing):
    """Somebody who decides on a failure beside the reprocessor: what is written is what `single` writes."""
    table, client = failing.world.table.name, failing.simulation.client("dynamodb")

    class Person:
        def edits(self, key, input, *, instead=None):
            edit = Edit(input, failing.world.clock.now(), "why")
            assert edits_and_drops.write_edit(client, table, key, edit, instead=instead)

        def drops(self, key, *, instead=None):
            now = failing.world.clock.now()
            assert edits_and_drops.write_drop(client, table, key, reason="why", instead=instead, now=now)

    return Person()


def test_a_restart_is_remembered_with_what_it_became(failing):
    lineage, began = failing.fail(), failing.world.clock.now()

    failing.ask()

    record = failing.remembered(FailureKey(lineage, 1))
    assert record.answer == "restart"
    assert began <= record.answered_at <= failing.world.clock.now()
    assert record.answered_as == failing.reruns[0].execution.arn


def test_a_restart_of_which_nothing_was_known_says_whose_it_was(failing):
    lineage = failing.put_failed("2026-11-21")

    failing.ask()

    record = failing.remembered(FailureKey(lineage, 1))
    assert record.state_machine_arn == failing.pipeline
    assert lineage_of(record.execution_arn) == lineage
    assert record.spooled_at is None


def test_what_was_dropped_is_not_run_and_its_message_goes(failing, person):
    lineage = failing.fail()
    person.drops(FailureKey(lineage, 1))

    answer = failing.ask()

    assert failing.reruns == []
    assert (answer["success"], answer["duplicates"], answer["left"]) == (0, 0, 0)


def test_what_is_being_redriven_is_redriven_and_not_started(failing):
    lineage = failing.fail()
    plan = failing.ask("plan")
    failing.world.faults.refuse("RedriveExecution", "ThrottlingException")
    failing.ask(plan=plan["plan"])
    failing.world.faults.clear()

    failing.ask()

    assert [(run.by, lineage_of(run.execution.arn)) for run in failing.reruns] == [("redrive", lineage)]
    assert failing.world.spool.messages == []


@pytest.mark.parametrize("happens", ["dropped", "edited"])
def test_what_is_decided_between_the_look_and_the_answer_counts(happens, failing, person):
    """The reprocessor has looked the failure up; its answer would be the old one."""
    key = FailureKey(failing.fail(), 1)
    failing.fail("another")

    def decide():
        person.drops(key) if happens == "dropped" else person.edits(key, '{"key":"new"}')

    failing.just_before("TransactWriteItems", decide)
    answer = failing.ask()

    assert [run.name.split("-")[-1] for run in failing.reruns] == ["another"]
    assert (answer["success"], answer["left"], failing.visible) == (1, 1, 1)
    failing.ask()
    assert [run.input for run in failing.reruns[1:]] == ([] if happens == "dropped" else ['{"key":"new"}'])
    assert failing.world.spool.messages == []


def test_another_edit_between_the_look_and_the_answer_counts(failing, person):
    key = FailureKey(failing.fail(), 1)
    person.edits(key, '{"key":"first"}')
    failing.world.clock.move(SECOND)
    failing.just_before("TransactWriteItems", lambda: person.edits(key, '{"key":"second"}'))

    failing.ask()
    failing.ask()

    assert [run.input for run in failing.reruns] == ['{"key":"second"}']


def test_a_person_may_decide_once_more_as_long_as_nothing_was_started(failing, person):
    key = FailureKey(failing.fail(), 1)
    failing.world.faults.refuse("StartExecution", "ThrottlingException")
    failing.ask()
    failing.world.faults.clear()

    person.edits(key, '{"key":"new"}', instead="restart")
    failing.ask()

    assert [run.input for run in failing.reruns] == ['{"key":"new"}']
