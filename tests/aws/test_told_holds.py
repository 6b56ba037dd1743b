"""What people were told of holds, and what they decided about them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from stepkeeper.aws import holds, told_holds
from stepkeeper.aws.clients import client
from stepkeeper.domain.gate import Gate
from stepkeeper.domain.hold import ANYBODY, Hold
from tests.conftest import Stack

GATE, OTHER = Gate("rule", "default", "start-report"), Gate("schedule", "default", "start-report")
NOON = datetime(2026, 11, 21, 12, 0, 0, 123456, tzinfo=UTC)
LATER = NOON + timedelta(minutes=1)


@pytest.fixture
def table(stack: Stack) -> tuple[Any, str]:
    return client("dynamodb"), stack.state_table


def close(table: tuple[Any, str], owner: str = "ingest") -> Hold:
    holds.begin_hold(*table, GATE, owner=owner, state_before="ENABLED", reason="why", at=NOON, since=NOON)
    holds.join_hold(*table, GATE, owner=owner, closed_at=NOON, since=NOON)
    return all_of(table)


def open_again(table: tuple[Any, str]) -> None:
    holds.leave_hold(*table, GATE, owner="ingest")
    assert told_holds.end_hold_untold(*table, GATE, opened_at=LATER, reason="is well")


def all_of(table: tuple[Any, str]) -> Hold:
    return holds.read_holds(*table, [GATE, OTHER])[GATE]


def test_a_closing_is_untold_until_it_is_told(table: tuple[Any, str]) -> None:
    closed = close(table)

    told_holds.mark_told(*table, GATE)

    assert closed == Hold(
        frozenset({"ingest"}), "ENABLED", closed_at=NOON, untold=True, held_since={"ingest": NOON}
    )
    assert not all_of(table).untold


def test_an_opening_is_remembered_until_it_is_told_and_holds_nothing(table: tuple[Any, str]) -> None:
    close(table)
    open_again(table)

    untold, held = all_of(table), holds.read_hold(*table, GATE)
    told_holds.mark_told(*table, GATE)

    assert (untold.opened_at, untold.untold, held) == (LATER, True, None)
    assert holds.read_holds(*table, [GATE]) == {}


def test_who_joined_meanwhile_keeps_the_hold_from_being_ended(table: tuple[Any, str]) -> None:
    close(table)
    holds.leave_hold(*table, GATE, owner="ingest")
    holds.join_hold(*table, GATE, owner="other", closed_at=LATER)

    ended = told_holds.end_hold_untold(*table, GATE, opened_at=LATER, reason="is well")

    assert (ended, all_of(table).owners, all_of(table).closed_at) == (False, {"other"}, NOON)


def test_what_nobody_holds_is_told_of_without_a_trace(table: tuple[Any, str]) -> None:
    told_holds.mark_told(*table, GATE)

    assert holds.read_holds(*table, [GATE]) == {}


def test_what_was_opened_can_be_neither_joined_nor_left(table: tuple[Any, str]) -> None:
    close(table)
    open_again(table)

    assert not holds.join_hold(*table, GATE, owner="other", closed_at=LATER)
    assert holds.leave_hold(*table, GATE, owner="ingest") is None


def test_closing_again_what_was_opened_is_a_new_hold(table: tuple[Any, str]) -> None:
    close(table)
    open_again(table)

    hold = close(table)

    assert (hold.opened_at, hold.owners, hold.closed_at) == (None, {"ingest"}, NOON)


def test_respecting_ends_the_hold_and_says_who_let_go(table: tuple[Any, str]) -> None:
    hold = close(table)

    respected = told_holds.respect(*table, GATE, hold, at=LATER)

    assert respected
    assert holds.read_hold(*table, GATE) is None
    assert told_holds.read_released(*table, [GATE, OTHER]) == {GATE: {ANYBODY: LATER}, OTHER: {}}


@pytest.mark.parametrize(
    "meanwhile", ["another joins", "it is let go of", "it is opened", "it is closed anew"]
)
def test_a_hold_that_has_changed_is_not_respected(meanwhile: str, table: tuple[Any, str]) -> None:
    hold = close(table)
    if meanwhile == "another joins":
        holds.join_hold(*table, GATE, owner="other", closed_at=LATER)
    elif meanwhile == "it is let go of":
        holds.leave_hold(*table, GATE, owner="ingest")
    elif meanwhile == "it is opened":
        open_again(table)
    else:
        holds.begin_hold(*table, GATE, owner="ingest", state_before="ENABLED", reason="", at=LATER)

    assert not told_holds.respect(*table, GATE, hold, at=LATER)
    assert told_holds.read_released(*table, [GATE]) == {GATE: {}}


def test_each_owner_is_let_go_of_by_itself_the_last_time_counts(table: tuple[Any, str]) -> None:
    for owner, at in (("ingest", NOON), ("ingest", LATER), ("with.dots and blanks", NOON)):
        told_holds.release(*table, GATE, owner=owner, at=at)

    assert told_holds.read_released(*table, [GATE]) == {GATE: {"ingest": LATER, "with.dots and blanks": NOON}}
