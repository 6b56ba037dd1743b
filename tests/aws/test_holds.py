"""The holds in the state table, made with the keys of template.yaml."""

from datetime import UTC, datetime
from typing import Any

import pytest

from stepkeeper.aws import holds
from stepkeeper.aws.clients import client
from stepkeeper.domain.gate import Gate
from stepkeeper.domain.hold import Hold
from tests.conftest import Stack

GATE = Gate("rule", "default", "start-report")
NAMESAKES = [Gate("rule", "orders", "start-report"), Gate("schedule", "default", "start-report")]
NOON = datetime(2026, 11, 21, 12, 0, 0, 123456, tzinfo=UTC)


def begin(stack: Stack, owner: str, gate: Gate = GATE) -> None:
    holds.begin_hold(
        client("dynamodb"),
        stack.state_table,
        gate,
        owner=owner,
        state_before="ENABLED",
        reason="why",
        at=NOON,
    )


def held(stack: Stack, gate: Gate = GATE) -> Hold | None:
    return holds.read_hold(client("dynamodb"), stack.state_table, gate)


def items(stack: Stack) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = stack.aws.client("dynamodb").scan(TableName=stack.state_table)["Items"]
    return found


def test_what_nobody_holds_is_not_held(stack: Stack) -> None:
    assert held(stack) is None


def test_a_hold_has_its_owners_and_the_state_to_come_back_to_and_is_of_one_gate_only(stack: Stack) -> None:
    begin(stack, "orders")
    joined = holds.join_hold(client("dynamodb"), stack.state_table, GATE, owner="bills", closed_at=NOON)

    assert joined is True
    assert held(stack) == Hold(frozenset({"orders", "bills"}), "ENABLED", closed_at=NOON)
    assert [held(stack, namesake) for namesake in NAMESAKES] == [None, None]


def test_an_operator_who_looks_into_the_table_sees_who_holds_what_and_why(stack: Stack) -> None:
    begin(stack, "orders")

    (item,) = items(stack)
    assert item == {
        "pk": {"S": "gate#rule/start-report"},
        "sk": {"S": "hold"},
        "owners": {"SS": ["orders"]},
        "state_before": {"S": "ENABLED"},
        "reason": {"S": "why"},
        "closing_at": {"S": "2026-11-21T12:00:00.123456+00:00"},
    }


def test_beginning_or_joining_twice_is_the_same_as_once(stack: Stack) -> None:
    for _ in range(2):
        begin(stack, "orders")
        holds.join_hold(client("dynamodb"), stack.state_table, GATE, owner="orders", closed_at=NOON)

    assert held(stack) == Hold(frozenset({"orders"}), "ENABLED", closed_at=NOON)


def test_a_hold_that_has_gone_can_not_be_joined(stack: Stack) -> None:
    joined = holds.join_hold(client("dynamodb"), stack.state_table, GATE, owner="bills", closed_at=NOON)

    assert joined is False
    assert items(stack) == []


def test_a_hold_without_owners_stays_until_it_is_ended(stack: Stack) -> None:
    begin(stack, "orders")
    owners = [holds.leave_hold(client("dynamodb"), stack.state_table, GATE, owner="orders") for _ in range(2)]
    left = held(stack)
    ended = holds.end_hold(client("dynamodb"), stack.state_table, GATE)

    assert owners == [frozenset(), frozenset()]
    assert left == Hold(frozenset(), "ENABLED")
    assert ended is True
    assert items(stack) == []


def test_a_hold_that_has_gone_can_not_be_left_and_does_not_come_back_by_it(stack: Stack) -> None:
    left = holds.leave_hold(client("dynamodb"), stack.state_table, GATE, owner="orders")

    assert left is None
    assert items(stack) == []


def test_a_hold_that_somebody_has_joined_meanwhile_is_not_ended(stack: Stack) -> None:
    begin(stack, "orders")
    holds.leave_hold(client("dynamodb"), stack.state_table, GATE, owner="orders")
    holds.join_hold(client("dynamodb"), stack.state_table, GATE, owner="bills", closed_at=NOON)

    ended = holds.end_hold(client("dynamodb"), stack.state_table, GATE)

    assert ended is False
    assert held(stack) == Hold(frozenset({"bills"}), "ENABLED", closed_at=NOON)


def test_ending_a_hold_twice_is_the_same_as_once(stack: Stack) -> None:
    assert holds.end_hold(client("dynamodb"), stack.state_table, GATE) is True


@pytest.mark.parametrize("owner", ["orders", "夜 間", "x" * 256])
def test_leaving_takes_one_owner_off_whatever_it_is_called(stack: Stack, owner: str) -> None:
    begin(stack, owner)
    begin(stack, "bills")

    left = holds.leave_hold(client("dynamodb"), stack.state_table, GATE, owner=owner)

    assert left == {"bills"}
    assert held(stack) == Hold(frozenset({"bills"}), "ENABLED")
