"""Successes, extra deadlines and closed times, as the state table keeps them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from stepkeeper.aws import closed_times, extra_deadlines, successes
from stepkeeper.aws.clients import client
from stepkeeper.domain.deadline import Deadline
from stepkeeper.domain.gate import Gate
from stepkeeper.domain.missed import ClosedTime
from stepkeeper.domain.standing import EndedRun
from tests.conftest import Stack

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
RUN = EndedRun("arn:run", "SUCCEEDED", NOON + MINUTE / 7, NOON + MINUTE, redrive_count=1)
GATE = Gate("schedule", "default", "start-orders")


def remember(stack: Stack, name: str, start: datetime, run: EndedRun = RUN) -> None:
    successes.remember_success(
        client("dynamodb"), stack.state_table, name, start, run, keep_until=NOON + timedelta(days=9)
    )


def put(stack: Stack, name: str, start: datetime, due: datetime) -> None:
    extra_deadlines.put_extra_deadline(client("dynamodb"), stack.state_table, name, start, due=due)


def extra(stack: Stack) -> list[Deadline]:
    return extra_deadlines.read_extra_deadlines(client("dynamodb"), stack.state_table)


def test_a_success_is_found_by_its_pipeline_and_start_alone(stack: Stack) -> None:
    remember(stack, "orders", NOON)
    wanted = [("orders", NOON), ("orders", NOON + MINUTE), ("bills", NOON)]

    found = successes.read_successes(client("dynamodb"), stack.state_table, wanted)

    assert found == {("orders", NOON): RUN}


def test_of_more_starts_than_one_call_takes_each_is_found(stack: Stack) -> None:
    starts = [NOON + number * MINUTE for number in range(205)]
    for start in starts[::50]:
        remember(stack, "orders", start)

    found = successes.read_successes(
        client("dynamodb"), stack.state_table, [("orders", start) for start in [*starts, *starts]]
    )

    assert [start for _, start in sorted(found)] == starts[::50]


def test_a_start_is_the_same_in_whichever_time_zone_it_is_given(stack: Stack) -> None:
    remember(stack, "orders", NOON.astimezone(ZoneInfo("Asia/Tokyo")))

    found = successes.read_successes(client("dynamodb"), stack.state_table, [("orders", NOON)])

    assert list(found) == [("orders", NOON)]


def test_of_two_successes_for_a_start_the_earlier_one_is_remembered_in_whichever_order_they_come(
    stack: Stack,
) -> None:
    later = EndedRun("arn:later", "SUCCEEDED", NOON, NOON + 2 * MINUTE)
    for name, runs in (("a", (RUN, later)), ("b", (later, RUN)), ("c", (RUN, RUN))):
        for run in runs:
            remember(stack, name, NOON, run)

    wanted = [(name, NOON) for name in "abc"]
    found = successes.read_successes(client("dynamodb"), stack.state_table, wanted)

    assert set(found.values()) == {RUN}


def test_extra_deadlines_come_in_their_order_and_as_far_as_they_are_due(stack: Stack) -> None:
    put(stack, "b", NOON, NOON + 3 * MINUTE)
    put(stack, "a", NOON - MINUTE, NOON + 3 * MINUTE)
    put(stack, "c", NOON, NOON + 2 * MINUTE + timedelta(microseconds=1))

    assert [each.pipeline for each in extra(stack)] == ["c", "a", "b"]


def test_an_extra_deadline_that_was_put_twice_is_one_and_goes_when_it_is_dropped(stack: Stack) -> None:
    put(stack, "a", NOON, NOON + MINUTE)
    put(stack, "a", NOON.astimezone(ZoneInfo("Asia/Tokyo")), NOON + MINUTE)
    (deadline,) = extra(stack)

    extra_deadlines.drop_extra_deadline(client("dynamodb"), stack.state_table, deadline)

    assert deadline == Deadline(NOON + MINUTE, "a", NOON, is_extra=True)
    assert extra(stack) == []


def test_the_closed_times_of_a_gate_are_its_own(stack: Stack) -> None:
    other = Gate("schedule", "default", "start-orders-2")
    times = [
        ClosedTime(gate, NOON + hour * 60 * MINUTE, NOON + hour * 60 * MINUTE + MINUTE)
        for gate in (GATE, other)
        for hour in (1, 0)
    ]
    for closed in [*times, *times]:
        closed_times.remember_closed_time(
            client("dynamodb"), stack.state_table, closed, keep_until=NOON + timedelta(days=9)
        )

    found = closed_times.read_latest(client("dynamodb"), stack.state_table, GATE)

    assert found == [times[1], times[0]]
