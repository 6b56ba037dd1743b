"""Gates that others never leave alone: the rule toggler gives up, and says so."""

from typing import Any

import pytest

from stepkeeper.aws.clients import client
from stepkeeper.pipelines.errors import GatesFailed
from tests.handlers.refusals import Refusals
from tests.handlers.toggled import BOTH, RULE, Toggled

GIVEN_UP = rf"{RULE} \(GateContended: .* 3 times in a row; try again"


def end_hold(toggled: Toggled) -> None:
    """Somebody else ends the hold on the rule."""
    key = {"pk": {"S": f"gate#{RULE}"}, "sk": {"S": "hold"}}
    toggled.stack.aws.client("dynamodb").delete_item(TableName=toggled.stack.state_table, Key=key)


def test_a_gate_whose_hold_others_keep_ending_while_it_is_closed_is_named(toggled: Toggled) -> None:
    def others(**_: Any) -> None:
        end_hold(toggled)

    client("events").meta.events.register("after-call.eventbridge.DisableRule", others)

    with pytest.raises(GatesFailed, match=GIVEN_UP):
        toggled.close(RULE)


def test_a_gate_whose_hold_others_keep_ending_while_it_is_opened_is_named(toggled: Toggled) -> None:
    toggled.close(RULE)
    (hold,) = toggled.holds()
    table = toggled.stack.aws.client("dynamodb")

    def others_begin(**_: Any) -> None:
        table.put_item(TableName=toggled.stack.state_table, Item=hold)

    def others_end(**_: Any) -> None:
        end_hold(toggled)

    client("dynamodb").meta.events.register("before-call.dynamodb.GetItem", others_begin)
    client("dynamodb").meta.events.register("after-call.dynamodb.GetItem", others_end)

    with pytest.raises(GatesFailed, match=GIVEN_UP):
        toggled.open(RULE)

    assert toggled.state(RULE) == "DISABLED"


@pytest.mark.parametrize(
    ("gate", "operation"), list(zip(BOTH, ["DisableRule", "UpdateSchedule"], strict=True)), ids=BOTH
)
def test_a_gate_that_a_person_closed_after_our_close_failed_is_theirs(
    toggled: Toggled, refusals: Refusals, gate: str, operation: str
) -> None:
    refusals.refuse(operation, "AccessDeniedException")
    with pytest.raises(GatesFailed, match="AccessDenied"):
        toggled.close(gate)
    refusals.clear()
    toggled.by_hand(gate, "DISABLED")

    toggled.open(gate)

    assert toggled.state(gate) == "DISABLED"
    assert toggled.holds() == []
