"""Many failures at once, and all of one lineage."""

from datetime import UTC, datetime

from stepkeeper.aws import lineages
from stepkeeper.aws.clients import client
from stepkeeper.domain.failure import FailureKey, FailureRecord
from tests.conftest import Stack

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
LINEAGE = "9f2c4e7a1b3d5f60"


def failure(lineage: str, attempt: int = 1) -> FailureRecord:
    return FailureRecord(FailureKey(lineage, attempt), error="OutsideSystemDown", spooled_at=NOON)


def write(stack: Stack, record: FailureRecord) -> None:
    lineages.write_spooled(client("dynamodb"), stack.state_table, record, now=NOON)


def test_many_failures_are_read_at_once_and_those_of_which_nothing_is_known_are_left_out(
    stack: Stack,
) -> None:
    keys = [FailureKey(f"{number:016x}", 1) for number in range(130)]
    known = [failure(keys[number].lineage) for number in (0, 99, 100, 128)]
    for record in known:
        write(stack, record)
    stack.aws.wire.calls.clear()

    records = lineages.read_records(client("dynamodb"), stack.state_table, [*keys, keys[0]])

    assert records == {record.key: record for record in known}
    assert stack.aws.wire.calls == ["dynamodb:BatchGetItem"] * 2


def test_of_no_failures_nothing_is_read(stack: Stack) -> None:
    assert lineages.read_records(client("dynamodb"), stack.state_table, []) == {}
    assert stack.aws.wire.calls == []


def test_a_lineage_is_read_in_the_order_of_its_failures_and_no_other_lineage_with_it(stack: Stack) -> None:
    attempts = [10, 2, 1, 9, 1_000_000]
    for attempt in attempts:
        write(stack, failure(LINEAGE, attempt))
    write(stack, failure("ffffffffffffffff", 3))

    found = lineages.read_lineage(client("dynamodb"), stack.state_table, LINEAGE)

    assert [record.key.attempt for record in found] == sorted(attempts)
    assert {record.key.lineage for record in found} == {LINEAGE}
