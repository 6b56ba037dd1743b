"""The times in which gates were closed."""

from datetime import UTC, datetime, timedelta

from stepkeeper.aws import drifts, missed_starts
from stepkeeper.aws.clients import client
from stepkeeper.domain.gate import Gate
from stepkeeper.domain.missed import ClosedTime
from tests.conftest import Stack

NOON = datetime(2026, 11, 21, 12, 0, 0, 123456, tzinfo=UTC)
HOUR = timedelta(hours=1)
GATES = [
    Gate("rule", "default", "start-report"),
    Gate("rule", "partner/bus", "start-report"),
    Gate("schedule", "default", "start-report"),
]


def known(stack: Stack) -> list[ClosedTime]:
    return list(missed_starts.read_closed_times(client("dynamodb"), stack.state_table))


def test_each_closing_is_remembered_until_it_is_dropped(stack: Stack) -> None:
    closed = [ClosedTime(gate, NOON + at * HOUR, NOON + 9 * HOUR) for gate in GATES for at in (0, 1)]
    for each in closed[::-1]:
        missed_starts.put_closed_time(client("dynamodb"), stack.state_table, each)
    before = known(stack)

    missed_starts.drop_closed_time(client("dynamodb"), stack.state_table, closed[0])
    missed_starts.drop_closed_time(client("dynamodb"), stack.state_table, closed[0])

    assert sorted(before, key=str) == sorted(closed, key=str)
    assert sorted(known(stack), key=str) == sorted(closed[1:], key=str)


def test_an_opening_that_is_repeated_is_the_same_closing_with_a_later_end(stack: Stack) -> None:
    for hours in (1, 2):
        closed = ClosedTime(GATES[0], NOON, NOON + hours * HOUR)
        missed_starts.put_closed_time(client("dynamodb"), stack.state_table, closed)

    assert known(stack) == [ClosedTime(GATES[0], NOON, NOON + 2 * HOUR)]


def test_drift_is_remembered_until_the_gate_is_as_it_was(stack: Stack) -> None:
    table = client("dynamodb"), stack.state_table
    for gate in GATES[:2]:
        drifts.put_drift(*table, gate, at=NOON)
    before = drifts.read_drifts(*table, GATES)

    drifts.drop_drift(*table, GATES[0])

    assert before == set(GATES[:2])
    assert drifts.read_drifts(*table, GATES) == {GATES[1]}
    assert drifts.read_drifts(*table, []) == set()
