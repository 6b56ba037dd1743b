"""How failures are answered: once, whoever asks, and only for the input that was seen."""

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from stepkeeper.aws import answers, edits_and_drops, lineages
from stepkeeper.aws.answers import Claim
from stepkeeper.aws.clients import client
from stepkeeper.domain.failure import FailureKey, FailureRecord
from tests.aws.answered import KEY, LATER, MACHINE, NOON, REDRIVE, RESTART, claim, edit, read
from tests.conftest import Aws, Stack
from tests.simulated.simulation import Simulation


@pytest.mark.parametrize("claimed", [RESTART, REDRIVE, RESTART._replace(execution_arn=None)])
def test_an_answer_is_written_with_all_that_a_message_from_anywhere_tells(
    stack: Stack, claimed: Claim
) -> None:
    assert claim(stack, claimed) == {}

    assert read(stack) == FailureRecord(
        KEY,
        state_machine_arn=MACHINE,
        execution_arn=claimed.execution_arn,
        answer=claimed.answer,
        answered_as=claimed.answered_as,
        answered_at=NOON,
        claimed_at=NOON,
    )


def test_what_the_spooler_knows_better_stays(stack: Stack) -> None:
    known = FailureRecord(KEY, state_machine_arn="arn:known", execution_arn="arn:failed", resumable=True)
    lineages.write_spooled(client("dynamodb"), stack.state_table, known, now=NOON)

    claim(stack, RESTART)

    found = read(stack)
    assert found is not None
    assert (found.state_machine_arn, found.execution_arn) == ("arn:known", "arn:failed")
    assert found.resumable is True


def test_the_same_answer_can_be_claimed_again_and_was_given_when_it_was_first(stack: Stack) -> None:
    claim(stack, RESTART)

    assert claim(stack, RESTART, now=LATER) == {}

    found = read(stack)
    assert found is not None
    assert found.answered_at == NOON


@pytest.mark.parametrize(("first", "second"), [(RESTART, REDRIVE), (REDRIVE, RESTART)])
def test_a_failure_has_one_answer(stack: Stack, first: Claim, second: Claim) -> None:
    claim(stack, first)

    refused = claim(stack, second)

    found = read(stack)
    assert refused == {KEY: "ConditionalCheckFailed"}
    assert found is not None
    assert (found.answer, found.answered_as) == (first.answer, first.answered_as)


def test_of_many_claims_those_are_written_that_nobody_is_against(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulation = Simulation(aws.wire, monkeypatch)  # moto takes seconds for so many
    dynamodb, table = client("dynamodb"), simulation.world.table.name
    claims = [RESTART._replace(key=FailureKey(f"{number:016x}", 1)) for number in range(103)]
    against = [claims[number].key for number in (0, 50, 101)]
    answers.claim(dynamodb, table, [REDRIVE._replace(key=key) for key in against], now=NOON)

    refused = answers.claim(dynamodb, table, claims, now=NOON)

    records = lineages.read_records(dynamodb, table, [each.key for each in claims])
    assert refused == dict.fromkeys(against, "ConditionalCheckFailed")
    assert [key for key, record in records.items() if record.answer == "redrive"] == against
    assert len(records) == len(claims)


def test_an_answer_is_for_the_input_that_was_seen(stack: Stack) -> None:
    edit(stack)

    assert claim(stack, RESTART) == {KEY: "ConditionalCheckFailed"}
    assert claim(stack, RESTART._replace(edited_at=NOON - timedelta(seconds=1))) != {}
    assert claim(stack, RESTART._replace(edited_at=NOON)) == {}


def test_what_was_done_already_is_noted_whatever_was_edited_since(stack: Stack) -> None:
    """A redrive by hand has the input of before, and is the answer all the same."""
    edit(stack)

    assert claim(stack, REDRIVE._replace(whatever_was_edited=True)) == {}


def test_an_edit_that_was_seen_and_is_not_there_is_no_answer(stack: Stack) -> None:
    assert claim(stack, RESTART._replace(edited_at=NOON)) == {KEY: "ConditionalCheckFailed"}
    assert read(stack) is None


def test_a_write_that_others_were_in_the_way_of_is_told_and_can_be_tried_later(stack: Stack) -> None:
    """moto never lets two transactions meet."""
    reasons: list[Any] = [{"Code": "TransactionConflict", "Message": "ongoing"}, {"Code": "None"}]
    other = RESTART._replace(key=FailureKey("ffffffffffffffff", 1))
    with Stubber(client("dynamodb")) as stubber:
        stubber.add_client_error(
            "transact_write_items",
            "TransactionCanceledException",
            modeled_fields={"CancellationReasons": reasons},
        )
        stubber.add_response("transact_write_items", {})

        refused = claim(stack, RESTART, other)

    assert refused == {KEY: "TransactionConflict"}


@pytest.mark.usefixtures("aws")
def test_a_write_that_was_cancelled_for_no_reason_is_an_error_and_not_tried_for_ever() -> None:
    reasons: list[Any] = [{"Code": "None"}]
    with Stubber(client("dynamodb")) as stubber:
        stubber.add_client_error(
            "transact_write_items",
            "TransactionCanceledException",
            modeled_fields={"CancellationReasons": reasons},
        )

        with pytest.raises(ClientError, match="TransactionCanceled"):
            answers.claim(client("dynamodb"), "state", [RESTART], now=NOON)


def test_what_else_goes_wrong_is_not_taken_for_somebody_who_was_faster(stack: Stack) -> None:
    with pytest.raises(ClientError, match="ResourceNotFound"):
        answers.claim(client("dynamodb"), "nowhere", [RESTART], now=NOON)
    with pytest.raises(ClientError, match="ResourceNotFound"):
        edits_and_drops.write_drop(client("dynamodb"), "nowhere", KEY, reason="x", instead=None, now=NOON)

    assert read(stack) is None
