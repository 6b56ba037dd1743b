"""Which state machines are compared with the spool, since when, and which of their failures count."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from stepkeeper.domain.execution import Execution
from stepkeeper.domain.spool_reconciler import (
    Comparison,
    failures_in,
    order_comparisons,
    reaches_back,
    redriven_in,
)

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
QUARTER = Comparison("arn:orders", since=NOON - timedelta(minutes=15), until=NOON)
EARLIEST = QUARTER.since - timedelta(minutes=10)
"""Ten minutes before it are looked at again."""


def run(
    *, stopped: datetime | None, started: datetime = EARLIEST - timedelta(days=1), status="FAILED"
) -> Execution:
    return Execution("arn:run", "run", status, started, stopped)


def test_a_machine_that_was_never_compared_is_looked_at_from_an_hour_ago_on():
    (comparison,) = order_comparisons(["arn:orders"], {}, now=NOON)

    assert comparison.until - comparison.since == timedelta(hours=1)
    assert comparison.is_first


def test_a_machine_that_was_not_compared_for_days_is_looked_at_one_day_back():
    """Otherwise it would hold up all others: it may have failed for months while it was not chosen."""
    (comparison,) = order_comparisons(["arn:orders"], {"arn:orders": NOON - timedelta(days=90)}, now=NOON)

    assert comparison.until - comparison.since == timedelta(days=1)
    assert not comparison.is_first


def test_what_failed_in_the_last_two_minutes_is_left_to_its_event():
    (comparison,) = order_comparisons(["arn:orders"], {"arn:orders": NOON - timedelta(hours=5)}, now=NOON)

    assert comparison == Comparison("arn:orders", NOON - timedelta(hours=5), NOON - timedelta(minutes=2))


def test_the_machine_that_was_compared_longest_ago_comes_first():
    until = {"arn:a": NOON, "arn:b": NOON - timedelta(hours=3), "arn:d": NOON - timedelta(minutes=40)}

    comparisons = order_comparisons(["arn:a", "arn:b", "arn:c", "arn:d"], until, now=NOON)

    assert [each.state_machine_arn for each in comparisons] == ["arn:b", "arn:c", "arn:d", "arn:a"]


def test_machines_that_were_compared_together_keep_one_order():
    first = order_comparisons(["arn:b", "arn:a"], {}, now=NOON)

    assert first == order_comparisons(["arn:a", "arn:b"], {}, now=NOON)


def test_of_no_machines_there_is_nothing_to_compare():
    assert order_comparisons([], {"arn:gone": NOON}, now=NOON) == []


@pytest.mark.parametrize(
    ("stopped", "counts"),
    [
        (NOON, True),
        (NOON + MICROSECOND, False),
        (QUARTER.since, True),
        (EARLIEST + MICROSECOND, True),
        (EARLIEST, False),
        (None, False),
    ],
)
def test_a_failure_counts_where_it_ended_in_the_time_or_up_to_ten_minutes_before(stopped, counts):
    execution = run(stopped=stopped)

    assert failures_in(QUARTER, [execution]) == [execution] * counts


@pytest.mark.parametrize(
    ("status", "counts"),
    [
        ("FAILED", True),
        ("TIMED_OUT", True),
        ("ABORTED", True),
        ("SUCCEEDED", False),
        ("RUNNING", False),
        ("PENDING_REDRIVE", False),
    ],
)
def test_whatever_has_ended_without_its_work_done_counts(status, counts):
    execution = run(stopped=NOON, status=status)

    assert failures_in(QUARTER, [execution]) == [execution] * counts


@pytest.mark.parametrize(
    ("redriven", "counts"),
    [
        (NOON, True),
        (NOON + MICROSECOND, False),
        (EARLIEST + MICROSECOND, True),
        (EARLIEST, False),
        (None, False),
    ],
)
@pytest.mark.parametrize("status", ["RUNNING", "SUCCEEDED", "FAILED"])
def test_a_redrive_counts_where_it_was_in_that_time_however_the_run_goes_since(status, redriven, counts):
    execution = replace(run(stopped=None, status=status), redriven_at=redriven)

    assert redriven_in(QUARTER, [execution]) == [execution] * counts


@pytest.mark.parametrize(
    ("page", "reaches"),
    [
        ([], False),
        ([run(stopped=NOON)], False),
        ([run(stopped=EARLIEST + MICROSECOND)], False),
        ([run(stopped=NOON), run(stopped=EARLIEST)], True),
        ([run(stopped=EARLIEST - timedelta(days=9))], True),
        ([run(stopped=None, started=NOON, status="RUNNING")], False),
        ([run(stopped=None, started=EARLIEST, status="RUNNING")], True),
    ],
)
def test_pages_are_asked_for_until_one_reaches_back_to_where_the_time_begins(page, reaches):
    assert reaches_back(QUARTER, page) is reaches
