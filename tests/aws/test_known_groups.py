"""The log groups that were found, and whose turn it is, in a state table with the keys of template.yaml."""

from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from stepkeeper.aws import known_groups, ledger
from stepkeeper.aws.clients import client
from stepkeeper.domain.turn import Turn
from tests.conftest import Stack
from tests.export_values import KNOWN, NOW, RUN, entry

TURN = Turn(f"{RUN}-2", RUN, NOW, 1, {"nightly": "about 2 GB, 売上"}, ("/mistyped",))


def read(stack: Stack) -> Turn | None:
    return known_groups.read_turn(client("dynamodb"), stack.state_table)


def write(stack: Stack, turn: Turn) -> bool:
    return known_groups.write_turn(client("dynamodb"), stack.state_table, turn)


def remember(stack: Stack, *groups: Any) -> None:
    for group in groups:
        known_groups.write_group(client("dynamodb"), stack.state_table, group)


def read_all(stack: Stack) -> Any:
    return known_groups.read_all(client("dynamodb"), stack.state_table)


def test_before_the_first_run_of_all_there_are_no_groups_and_it_is_nobodys_turn(stack: Stack) -> None:
    assert read_all(stack) == ([], None)
    assert read(stack) is None


@pytest.mark.parametrize(
    "group",
    [
        KNOWN,
        replace(KNOWN, retention_days=30, export=None),
        replace(KNOWN, gone=NOW, told=True),
        replace(KNOWN, name="x" * 512),
        replace(KNOWN, name="turn"),
    ],
)
def test_a_group_is_read_as_it_was_written(stack: Stack, group: Any) -> None:
    remember(stack, group)

    assert read_all(stack) == ([group], None)


def test_a_group_takes_the_place_of_what_was_known_of_it(stack: Stack) -> None:
    remember(stack, KNOWN, replace(KNOWN, name="/b"), replace(KNOWN, gone=NOW))

    groups, _ = read_all(stack)

    assert groups == [replace(KNOWN, name="/b"), replace(KNOWN, gone=NOW)]


def test_all_pages_are_read_and_the_turn_is_among_them(stack: Stack) -> None:
    groups = [replace(KNOWN, name=f"/{number:04d}", export="x" * 9000) for number in range(150)]
    write(stack, TURN)
    remember(stack, *groups)
    pages: list[Any] = []
    client("dynamodb").meta.events.register("after-call.dynamodb.Query", lambda **_: pages.append(1))

    assert read_all(stack) == (groups, TURN)
    assert len(pages) > 1


def test_the_ledger_of_a_group_is_none_of_the_groups(stack: Stack) -> None:
    ledger.add_entries(client("dynamodb"), stack.state_table, [entry()])

    assert read_all(stack) == ([], None)


@pytest.mark.parametrize("turn", [TURN, Turn(RUN, RUN, NOW)])
def test_a_turn_is_read_as_it_was_written(stack: Stack, turn: Turn) -> None:
    assert write(stack, turn) is True

    assert read(stack) == turn
    assert read_all(stack) == ([], turn)


def test_a_turn_takes_the_place_of_the_version_before_it(stack: Stack) -> None:
    later = replace(TURN, holder="arn:b", version=2, held_back={})

    assert [write(stack, turn) for turn in (TURN, later)] == [True, True]

    assert read(stack) == later


@pytest.mark.parametrize("version", [1, 2, 4])
def test_a_turn_that_somebody_else_has_taken_stays_theirs(stack: Stack, version: int) -> None:
    theirs = [replace(TURN, holder="arn:b", version=number) for number in (1, 2)]
    assert all(write(stack, turn) for turn in theirs)

    assert write(stack, replace(TURN, version=version)) is False

    assert read(stack) == theirs[-1]


def test_of_two_that_take_the_first_turn_one_has_it(stack: Stack) -> None:
    written = [write(stack, replace(TURN, holder=holder)) for holder in ("arn:a", "arn:b")]

    turn = read(stack)
    assert written == [True, False]
    assert turn is not None
    assert turn.holder == "arn:a"


@pytest.mark.usefixtures("stack")
def test_what_else_goes_wrong_is_not_taken_for_somebody_who_was_faster() -> None:
    with pytest.raises(ClientError, match="ResourceNotFound"):
        known_groups.write_turn(client("dynamodb"), "nowhere", TURN)


def test_turns_and_groups_are_read_as_the_last_write_left_them(stack: Stack) -> None:
    """moto is always consistent, DynamoDB only where it is asked to be."""
    asked: list[Any] = []
    for operation in ("GetItem", "Query"):
        client("dynamodb").meta.events.register(
            f"before-parameter-build.dynamodb.{operation}",
            lambda params, **_: asked.append(params["ConsistentRead"]),
        )

    read(stack)
    read_all(stack)

    assert asked == [True, True]
