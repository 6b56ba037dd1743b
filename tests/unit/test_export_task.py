"""How to know one's own export task among those of others."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from stepkeeper.domain.export_task import ExportTask, own_task, task_name, who_has_the_slot
from stepkeeper.domain.ledger import Attempt

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
NAME = task_name(log_group="/a", period="2026-10", began_at=NOON, tries=1)
ATTEMPT = Attempt(NAME, "standard/exports/a/2026-10/20261102T120000.000000Z", NOON)
TASK = ExportTask(
    id="cda45419-90ea-4db5-9833-aade86253e66",
    name=NAME,
    log_group="/a",
    status="RUNNING",
    message="Started",
    bucket="logs",
    prefix=ATTEMPT.prefix,
    created_at=NOON,
    ended_at=None,
)


def test_each_try_has_a_name_of_its_own_in_utc():
    tokyo = NOON.astimezone(timezone(timedelta(hours=9)))
    names = [
        task_name(log_group=group, period=period, began_at=began_at, tries=1)
        for group, period, began_at in [
            ("/a", "2026-10", NOON),
            ("/b", "2026-10", NOON),
            ("/a", "2026-11", NOON),
            ("/a", "2026-10", NOON + timedelta(microseconds=1)),
        ]
    ]

    assert NAME == "stepkeeper 2026-10 20261102T120000.000000Z-1 /a"
    assert len(set(names)) == 4
    assert task_name(log_group="/a", period="2026-10", began_at=tokyo, tries=1) == NAME


def test_the_name_of_a_task_is_never_longer_than_cloudwatch_logs_takes_and_still_of_one_try():
    names = {
        task_name(log_group="/" + "x" * 511, period="2026-10-20", began_at=NOON, tries=number)
        for number in range(1, 4)
    }

    assert [len(name) for name in names] == [512, 512, 512]


@pytest.mark.parametrize(
    "status", ["PENDING", "RUNNING", "PENDING_CANCEL", "COMPLETED", "FAILED", "CANCELLED"]
)
def test_our_own_task_is_found_among_those_of_others_whatever_became_of_it(status):
    own = replace(TASK, status=status)
    others = [
        replace(TASK, name=""),
        replace(TASK, name=f"{NAME}b"),
        replace(TASK, bucket="of-another-stack"),
        replace(TASK, prefix=f"{TASK.prefix}1"),
    ]

    assert own_task([*others, own], ATTEMPT, bucket="logs") == own
    assert own_task(others, ATTEMPT, bucket="logs") is None
    assert own_task([], ATTEMPT, bucket="logs") is None


def test_two_log_groups_whose_long_names_make_the_same_task_name_do_not_share_a_task():
    one, other = ("/" + "x" * 510 + end for end in "ab")
    name = task_name(log_group=one, period="2026-10", began_at=NOON, tries=1)
    assert name == task_name(log_group=other, period="2026-10", began_at=NOON, tries=1)

    found = own_task(
        [replace(TASK, name=name, prefix="of the other")], replace(ATTEMPT, name=name), bucket="logs"
    )

    assert found is None


@pytest.mark.parametrize("status", ["PENDING", "RUNNING", "PENDING_CANCEL"])
def test_who_has_the_slot_is_told_with_its_task_and_since_when(status):
    tasks = [replace(TASK, id="1", status="COMPLETED"), replace(TASK, id="2", status=status)]

    assert who_has_the_slot(tasks) == f"2 ({NAME}) of /a, {status} since 2026-11-02 12:00:00 UTC"


def test_a_task_of_somebody_who_gave_it_no_name_has_the_slot_too():
    assert "(without a name)" in who_has_the_slot([replace(TASK, name="")])


@pytest.mark.parametrize(
    "tasks", [[], [replace(TASK, status="COMPLETED"), replace(TASK, status="CANCELLED")]]
)
def test_where_no_task_is_shown_that_is_said(tasks):
    assert who_has_the_slot(tasks) == "one that CloudWatch Logs does not show"
