"""Which state machines are left alone for now, in a state table with the keys of template.yaml."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from stepkeeper.aws import breakers
from stepkeeper.aws.breakers import Breaker
from stepkeeper.aws.clients import client
from stepkeeper.domain.breaker import OUTAGE_LASTS, REMEMBERED_FOR, Outage, WatchedRun
from stepkeeper.domain.failure import FailureKey
from tests.conftest import Stack

STATE_MACHINE = "arn:aws:states:ap-northeast-1:123456789012:stateMachine:nightly-orders"
NOON = datetime(2026, 11, 26, 12, 0, 0, 123456, tzinfo=UTC)
LATER = NOON + timedelta(minutes=5)
OUTAGE = Outage(STATE_MACHINE, NOON, "3 of the first 10 runs failed again, most of them with 夜間")
RUNS = [
    WatchedRun(FailureKey(f"{number:016x}", 12), STATE_MACHINE, f"{STATE_MACHINE}:{number}")
    for number in range(10)
]


def read(stack: Stack, state_machine_arn: str = STATE_MACHINE) -> Breaker:
    return breakers.read_breaker(client("dynamodb"), stack.state_table, state_machine_arn)


def write(stack: Stack, outage: Outage) -> None:
    breakers.write_outage(client("dynamodb"), stack.state_table, outage)


def watch(stack: Stack, runs: list[WatchedRun], now: datetime = NOON) -> None:
    breakers.write_watched(client("dynamodb"), stack.state_table, STATE_MACHINE, runs, now=now)


def expires_at(stack: Stack) -> int:
    (item,) = stack.aws.client("dynamodb").scan(TableName=stack.state_table)["Items"]
    return int(item["expires_at"]["N"])


def test_nothing_is_known_of_a_machine_that_nobody_has_met(stack: Stack) -> None:
    assert read(stack) == Breaker(None, [], None)


def test_an_outage_is_read_as_it_was_written(stack: Stack) -> None:
    write(stack, OUTAGE)

    assert read(stack).outage == OUTAGE


def test_the_runs_that_are_watched_are_read_as_they_were_written(stack: Stack) -> None:
    watch(stack, RUNS)

    assert read(stack) == Breaker(None, RUNS, NOON)


def test_an_outage_is_of_one_state_machine(stack: Stack) -> None:
    write(stack, OUTAGE)

    assert read(stack, f"{STATE_MACHINE}-2").outage is None


def test_the_latest_outage_is_the_one_that_counts(stack: Stack) -> None:
    later = replace(OUTAGE, since=NOON + OUTAGE_LASTS, reason="all of them")
    write(stack, OUTAGE)

    write(stack, later)

    assert read(stack).outage == later


def test_the_latest_runs_are_the_ones_that_are_watched_and_an_outage_stays_known(stack: Stack) -> None:
    write(stack, OUTAGE)
    watch(stack, RUNS)

    watch(stack, RUNS[:2], LATER)

    assert read(stack) == Breaker(OUTAGE, RUNS[:2], LATER)


def test_runs_that_have_shown_an_outage_are_not_watched_any_more(stack: Stack) -> None:
    watch(stack, RUNS)

    write(stack, OUTAGE)

    assert read(stack).watched == []


def test_what_is_remembered_goes_by_itself_but_not_before_it_is_over(stack: Stack) -> None:
    """DynamoDB compares whole seconds, and deletes a few days late."""
    write(stack, OUTAGE)
    assert expires_at(stack) >= int((NOON + OUTAGE_LASTS).timestamp())

    watch(stack, RUNS, LATER)
    assert expires_at(stack) >= int((LATER + REMEMBERED_FOR).timestamp())
