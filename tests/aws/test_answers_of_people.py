"""What a person decides on a failure: another input, or that it is dropped."""

from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from stepkeeper.aws import answers
from stepkeeper.aws.clients import client
from stepkeeper.domain.failure import Edit, FailureRecord
from tests.aws.answered import EDIT, KEY, LATER, NOON, REDRIVE, RESTART, RUN, claim, drop, edit, read
from tests.conftest import Stack


def test_an_edit_is_remembered_with_its_reason(stack: Stack) -> None:
    assert edit(stack) is True

    assert read(stack) == FailureRecord(KEY, edit=EDIT)


@pytest.mark.parametrize("input", ['""', "null", '"夜 \\ud800"', '"' + "x" * 262_142 + '"'], ids=len)
def test_an_edited_input_is_read_as_it_was_written(stack: Stack, input: str) -> None:
    changed = Edit(input, NOON, "因")

    edit(stack, changed)

    assert read(stack) == FailureRecord(KEY, edit=changed)


def test_the_last_edit_holds(stack: Stack) -> None:
    second = Edit("{}", NOON + timedelta(hours=1), "no, it was the date")

    edit(stack)
    assert edit(stack, second) is True

    assert read(stack) == FailureRecord(KEY, edit=second)


def test_what_is_being_answered_is_not_edited(stack: Stack) -> None:
    claim(stack, RESTART)

    assert edit(stack) is False

    found = read(stack)
    assert found is not None
    assert found.edit is None


def test_an_edit_takes_an_answer_back_that_came_to_nothing(stack: Stack) -> None:
    claim(stack, RESTART)

    assert edit(stack, instead="restart", claimed_at=NOON) is True

    found = read(stack)
    assert found is not None
    assert (found.answer, found.answered_as, found.answered_at, found.edit) == (None, None, None, EDIT)
    assert claim(stack, RESTART._replace(edited_at=EDIT.at)) == {}


def test_an_answer_that_somebody_is_giving_once_more_is_neither_edited_nor_dropped(stack: Stack) -> None:
    """A person saw that nothing has come of it, and meanwhile a reprocessor has begun again."""
    claim(stack, RESTART)
    claim(stack, RESTART, now=LATER)

    assert edit(stack, instead="restart", claimed_at=NOON) is False
    assert drop(stack, instead="restart", claimed_at=NOON) is False

    assert drop(stack, instead="restart", claimed_at=LATER) is True


def test_a_dropped_failure_is_remembered_with_the_reason(stack: Stack) -> None:
    assert drop(stack) is True

    assert read(stack) == FailureRecord(KEY, answer="drop", answered_at=LATER, answer_reason="cancelled")


def test_what_was_dropped_is_never_answered_otherwise(stack: Stack) -> None:
    drop(stack)

    refused = [claim(stack, RESTART), claim(stack, REDRIVE)]

    assert refused == [{KEY: "ConditionalCheckFailed"}] * 2
    assert edit(stack) is False


def test_what_is_being_answered_is_not_dropped(stack: Stack) -> None:
    claim(stack, RESTART)

    assert drop(stack) is False
    assert drop(stack, instead="redrive") is False

    found = read(stack)
    assert found is not None
    assert found.answer == "restart"


def test_an_answer_that_came_to_nothing_can_be_dropped_and_a_drop_once_more(stack: Stack) -> None:
    claim(stack, RESTART)

    assert drop(stack, instead="restart") is True
    assert drop(stack, instead="drop") is True

    found = read(stack)
    assert found is not None
    assert found.answer == "drop"


def test_a_redrive_that_step_functions_refuses_is_given_up_and_remembered_as_that(stack: Stack) -> None:
    claim(stack, REDRIVE)

    answers.give_up_redrive(client("dynamodb"), stack.state_table, KEY, reason="it is too old")

    found = read(stack)
    assert found is not None
    assert (found.answer, found.answered_as, found.answered_at) == (None, None, None)
    assert (found.redrive_refused, found.execution_arn) == ("it is too old", RUN)
    assert claim(stack, RESTART) == {}


def test_only_a_redrive_is_given_up(stack: Stack) -> None:
    claim(stack, RESTART)

    with pytest.raises(ClientError, match="ConditionalCheckFailed"):
        answers.give_up_redrive(client("dynamodb"), stack.state_table, KEY, reason="it is too old")

    found = read(stack)
    assert found is not None
    assert (found.answer, found.redrive_refused) == ("restart", None)
