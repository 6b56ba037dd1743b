"""A run that broke off goes on where it was, keeps what it had finished, and does so once."""

from datetime import timedelta

import pytest

from stepkeeper.domain.failure import FailureKey


@pytest.fixture
def key(failing):
    """A failure that can be redriven."""
    return FailureKey(failing.fail(), 1)


def begun(failing):
    return [(run.by, run.name[:2], run.redrive_count) for run in failing.reruns]


def test_a_redriven_run_is_the_same_execution_and_its_message_goes(failing, key):
    answer = failing.ask(plan=failing.plan())

    assert begun(failing) == [("redrive", "20", 1)]
    assert (answer["success"], answer["left"]) == (1, 0)
    record = failing.remembered(key)
    assert (record.answer, record.answered_as) == ("redrive", failing.reruns[0].execution.arn)


def test_a_redriven_run_that_fails_again_is_the_next_failure_of_its_lineage(failing, key):
    failing.ask(plan=failing.plan())
    failing.end(failing.reruns[0].execution.arn)

    failing.ask(plan=failing.plan())
    failing.end(failing.reruns[1].execution.arn)

    assert begun(failing) == [("redrive", "20", 1), ("redrive", "20", 2)]
    assert [each.attempt for each in failing.quarantined] == [3]
    third = failing.remembered(FailureKey(key.lineage, 3))
    assert third.quarantine_reason == "it has failed 3 times, and max_attempts is 3"


def test_a_message_that_comes_again_after_the_redrive_redrives_nothing(failing):
    failing.fail()
    plan = failing.plan()
    (message,) = failing.world.spool.messages
    failing.ask(plan=plan)
    failing.world.spool.redeliver(message)

    again = failing.ask()

    assert begun(failing) == [("redrive", "20", 1)]
    assert (again["duplicates"], again["left"]) == (1, 0)


def test_a_message_that_comes_again_after_the_second_failure_redrives_nothing(failing):
    """Within a quarter of an hour the token alone would do; later the redrive count is what tells."""
    failing.fail()
    plan = failing.plan()
    (message,) = failing.world.spool.messages
    failing.ask(plan=plan)
    failing.end(failing.reruns[0].execution.arn)
    failing.world.clock.move(timedelta(hours=1))
    failing.world.spool.redeliver(message)

    answer = failing.ask()

    assert begun(failing) == [("redrive", "20", 1), ("start", "r2", 0)]
    assert (answer["success"], answer["duplicates"], answer["left"]) == (1, 1, 0)


def test_what_a_person_has_redriven_in_the_console_is_not_redriven_once_more(failing):
    failing.fail()
    plan = failing.plan()
    arn = failing.world.step_functions.runs[0].execution.arn
    failing.redrive(failing.world.step_functions.execution(arn))

    answer = failing.ask(plan=plan)

    assert begun(failing) == [("redrive", "20", 1)]
    assert (answer["success"], answer["duplicates"], answer["left"]) == (0, 1, 0)


def test_what_is_redriven_at_the_same_moment_is_redriven_once(failing):
    failing.fail()
    plan = failing.plan()
    execution = failing.world.step_functions.runs[0].execution
    failing.just_before("RedriveExecution", lambda: failing.redrive(execution))

    answer = failing.ask(plan=plan)

    assert begun(failing) == [("redrive", "20", 1)]
    assert (answer["success"], answer["duplicates"], answer["left"]) == (0, 1, 0)


def test_what_a_person_has_redriven_in_the_console_is_not_started_either(failing):
    """The event that the execution runs again has come; its message is still on the spool."""
    failing.fail()
    execution = failing.world.step_functions.runs[0].execution
    failing.redrive(execution)
    failing.tell(execution)

    answer = failing.ask()

    assert begun(failing) == [("redrive", "20", 1)]
    assert (answer["success"], answer["duplicates"], answer["left"]) == (0, 1, 0)
