"""The ledger of log exports, in a state table with the keys of template.yaml."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from botocore.exceptions import ClientError

from stepkeeper.aws import ledger
from stepkeeper.aws.clients import client
from stepkeeper.domain.ledger import Entry, Part
from tests.conftest import Stack
from tests.export_values import GROUP, NOW, RUN, attempt, entry, exported

FULL = replace(
    exported("2026-10", Part(0, 5, reason="split", abandoned=("a", "b")), Part(5, 9)),
    edition=12,
    run=RUN,
    given_up=True,
    refused=True,
    expired_before_ms=3,
    lost="deleted",
    accepted="売上 is not needed",
    told="failed",
)


def read(stack: Stack, period: str = "2026-10", edition: int = 1) -> Entry | None:
    return ledger.read_entry(client("dynamodb"), stack.state_table, GROUP, period, edition=edition)


def write(stack: Stack, made: Entry) -> Entry | None:
    return ledger.write_entry(client("dynamodb"), stack.state_table, made)


def add(stack: Stack, *entries: Entry) -> None:
    ledger.add_entries(client("dynamodb"), stack.state_table, entries)


def all_of(stack: Stack, log_group: str = GROUP) -> list[Entry]:
    return ledger.entries_of(client("dynamodb"), stack.state_table, log_group)


def items(stack: Stack) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = stack.aws.client("dynamodb").scan(TableName=stack.state_table)["Items"]
    return found


def test_what_nobody_has_planned_is_not_in_the_ledger(stack: Stack) -> None:
    add(stack)

    assert read(stack) is None
    assert all_of(stack) == []


@pytest.mark.parametrize(
    "made",
    [
        entry(),
        FULL,
        exported(objects=0),
        entry("2026-W43", Part(0, 9, "submitted", attempt=attempt(task_id=None))),
        entry(planned_at=datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=ZoneInfo("Asia/Tokyo"))),
    ],
    ids=["planned", "with all there is", "empty", "tried", "planned in Tokyo"],
)
def test_an_entry_is_read_as_it_was_added(stack: Stack, made: Entry) -> None:
    add(stack, made)

    assert read(stack, made.period, made.edition) == made
    assert all_of(stack) == [made]


def test_an_operator_who_looks_into_the_table_sees_how_a_period_stands(stack: Stack) -> None:
    add(stack, exported(edition=2))

    (item,) = items(stack)
    assert (item["pk"], item["sk"]) == ({"S": f"export#{GROUP}"}, {"S": "2026-10#002"})
    assert (item["state"], item["version"]) == ({"S": "completed"}, {"N": "1"})


def test_an_entry_is_never_forgotten_by_the_table_itself(stack: Stack) -> None:
    attribute = stack.template.properties("StateTable")["TimeToLiveSpecification"]["AttributeName"]
    add(stack, entry())
    write(stack, entry())

    assert all(attribute not in item for item in items(stack))


def test_the_entries_of_a_group_come_in_the_order_of_their_periods_and_editions(stack: Stack) -> None:
    order = [("2025-12", 1), ("2026-01", 1), ("2026-01", 2), ("2026-01", 10), ("2026-10", 1)]
    add(stack, *(entry(period, edition=edition) for period, edition in reversed(order)))

    assert [(each.period, each.edition) for each in all_of(stack)] == order


@pytest.mark.parametrize("other", ["/orders", "/orders/nightly2", "orders/nightly", "/ORDERS/NIGHTLY"])
def test_no_group_has_the_entries_of_another(stack: Stack, other: str) -> None:
    add(stack, entry())

    assert all_of(stack, other) == []


def test_what_is_there_already_stays_as_it_is_and_what_is_new_is_added(stack: Stack) -> None:
    add(stack, exported("2026-09"))

    add(stack, entry("2026-08"), entry("2026-09"), entry("2026-10"))

    assert [(each.period, each.state) for each in all_of(stack)] == [
        ("2026-08", "planned"),
        ("2026-09", "completed"),
        ("2026-10", "planned"),
    ]


def test_adding_the_same_again_changes_nothing(stack: Stack) -> None:
    entries = [entry("2026-08"), entry("2026-09")]
    add(stack, *entries)
    written = write(stack, exported("2026-08"))

    add(stack, *entries)

    assert all_of(stack) == [written, entries[1]]


@pytest.mark.parametrize("number", [99, 100, 101, 250])
def test_more_entries_are_added_than_one_call_takes_and_read_over_all_pages(
    stack: Stack, number: int
) -> None:
    entries = [entry("2026-10", edition=edition + 1) for edition in range(number)]
    add(stack, entries[number // 2])

    add(stack, *entries)

    assert all_of(stack) == entries


def test_an_entry_takes_the_place_of_the_version_that_was_read(stack: Stack) -> None:
    add(stack, entry())

    written = write(stack, entry(given_up=True))

    assert written == entry(given_up=True, version=2)
    assert all_of(stack) == [written]
    assert items(stack)[0]["state"] == {"S": "failed"}


@pytest.mark.parametrize("version", [1, 3])
def test_an_entry_that_somebody_else_has_changed_stays_as_they_left_it(stack: Stack, version: int) -> None:
    add(stack, entry())
    theirs = write(stack, entry(accepted="a test system"))

    assert write(stack, entry(version=version)) is None

    assert read(stack) == theirs


def test_an_entry_that_is_not_in_the_ledger_is_not_written_over_nothing(stack: Stack) -> None:
    assert write(stack, entry()) is None
    assert items(stack) == []


@pytest.mark.usefixtures("stack")
def test_what_else_goes_wrong_is_not_taken_for_somebody_who_was_faster() -> None:
    with pytest.raises(ClientError, match="ResourceNotFound"):
        ledger.write_entry(client("dynamodb"), "nowhere", entry())
    with pytest.raises(ClientError, match="ResourceNotFound"):
        ledger.add_entries(client("dynamodb"), "nowhere", [entry()])


def test_a_transaction_that_is_cancelled_for_another_reason_is_not_taken_for_entries_that_are_there(
    stack: Stack,
) -> None:
    with pytest.raises(ClientError, match=r"TransactionCanceled|Validation|size"):
        add(stack, replace(entry(), lost="x" * 500_000), entry("2026-09"))

    assert items(stack) == []


def test_the_ledger_is_read_as_the_last_write_left_it(stack: Stack) -> None:
    """moto is always consistent, DynamoDB only where it is asked to be."""
    asked: list[Any] = []
    for operation in ("GetItem", "Query"):
        client("dynamodb").meta.events.register(
            f"before-parameter-build.dynamodb.{operation}",
            lambda params, **_: asked.append(params["ConsistentRead"]),
        )

    read(stack)
    all_of(stack)

    assert asked == [True, True]


def test_an_entry_of_64_parts_that_each_failed_thrice_fits_into_an_item(stack: Stack) -> None:
    part = Part(0, 1, "failed", 3, 3, attempt(NOW), reason="r" * 400, abandoned=("x" * 700,) * 3)
    made = replace(entry(), parts=(part,) * 64)
    add(stack, made)

    assert read(stack) == made
