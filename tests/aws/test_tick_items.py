"""How far the watchdog has come, and the lease that keeps two ticks from working at once."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from stepkeeper.aws import tick_lease, tick_progress
from stepkeeper.aws.clients import client
from stepkeeper.domain.list_budget import ListBudget, full_budget
from stepkeeper.domain.tick import Progress
from tests.conftest import Stack
from tests.wire import Crash

NOON = datetime(2026, 11, 26, 12, 0, 0, 123456, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LISTS = ListBudget(12.5, NOON)
NAMES = [f"{'p' * 59}{number:05}" for number in range(10_000)]
BEHIND = {name: NOON - number * MINUTE / 7 for number, name in enumerate(NAMES)}


def read(stack: Stack) -> Progress:
    return tick_progress.read_progress(client("dynamodb"), stack.state_table, now=NOON)


def write(stack: Stack, behind: dict[str, datetime], *, until: datetime = NOON) -> None:
    tick_progress.write_progress(
        client("dynamodb"), stack.state_table, Progress(until, LISTS, behind), before=read(stack), until=until
    )


def items(stack: Stack) -> list[dict[str, Any]]:
    pages = stack.aws.client("dynamodb").get_paginator("scan").paginate(TableName=stack.state_table)
    return [item for page in pages for item in page["Items"]]


def test_before_the_first_tick_nothing_is_judged_and_all_lists_are_left(stack: Stack) -> None:
    assert read(stack) == Progress(None, full_budget(NOON), {})


@pytest.mark.parametrize("number", [0, 1, 2_500, 2_501])
def test_it_is_read_as_it_was_written(stack: Stack, number: int) -> None:
    behind = {name: BEHIND[name] for name in NAMES[:number]}

    write(stack, behind)

    assert read(stack) == Progress(NOON, LISTS, behind)


def test_ten_thousand_pipelines_that_are_behind_fit_into_items_that_dynamodb_takes(stack: Stack) -> None:
    write(stack, BEHIND)

    assert read(stack).behind == BEHIND
    assert max(len(json.dumps(item)) for item in items(stack)) < 400 * 1024


def test_the_pages_of_the_tick_before_are_deleted(stack: Stack) -> None:
    write(stack, BEHIND)
    write(stack, {NAMES[0]: NOON}, until=NOON + MINUTE)
    write(stack, {}, until=NOON + 2 * MINUTE)

    assert read(stack) == Progress(NOON + 2 * MINUTE, LISTS, {})
    assert len(items(stack)) == 1


@pytest.mark.parametrize("call", range(2, 8))
def test_what_broke_off_while_it_was_written_is_as_it_was_before_or_as_it_is_after(
    stack: Stack, call: int
) -> None:
    before, after = {NAMES[0]: NOON, NAMES[9_999]: NOON}, dict.fromkeys(NAMES[1:], NOON + MINUTE)
    write(stack, before)

    with stack.aws.wire.breaking(call, "crash before"), pytest.raises(Crash):
        write(stack, after, until=NOON + MINUTE)

    found = read(stack)
    assert found.behind == (before if found.until == NOON else after)
    write(stack, {}, until=NOON + 2 * MINUTE)
    assert read(stack).behind == {}


def take(stack: Stack, holder: str, *, minutes: float = 0) -> bool:
    now = NOON + minutes * MINUTE
    return tick_lease.take_lease(
        client("dynamodb"), stack.state_table, holder=holder, now=now, until=now + 2 * MINUTE
    )


def give_back(stack: Stack, holder: str) -> None:
    tick_lease.give_lease_back(client("dynamodb"), stack.state_table, holder=holder)


def test_one_tick_has_the_lease_until_it_gives_it_back(stack: Stack) -> None:
    taken = [take(stack, "first"), take(stack, "second", minutes=1)]
    give_back(stack, "first")

    assert [*taken, take(stack, "second", minutes=1)] == [True, False, True]


@pytest.mark.parametrize(("minutes", "is_free"), [(1.99, False), (2, True), (3, True)])
def test_a_lease_that_was_not_given_back_is_over_in_its_time(
    stack: Stack, minutes: float, is_free: bool
) -> None:
    take(stack, "first")

    assert take(stack, "second", minutes=minutes) is is_free


def test_who_has_lost_the_lease_does_not_give_back_that_of_the_next(stack: Stack) -> None:
    take(stack, "first")
    take(stack, "second", minutes=2)

    give_back(stack, "first")

    assert take(stack, "third", minutes=3) is False


def test_an_invocation_that_is_tried_again_has_its_lease_already(stack: Stack) -> None:
    assert take(stack, "first")
    assert take(stack, "first", minutes=1)
