"""How an export task stands, and what is recorded of it."""

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from stepkeeper.domain.log_exporter import Contents, ExportTask, manifest, own_task, progress, task_name
from stepkeeper.errors import ExportTaskFailed, ExportTaskNotCompleted, ExportTaskNotFound

NAME = task_name(log_group="/a", period_id="2026-10")
TASK = ExportTask(
    id="cda45419-90ea-4db5-9833-aade86253e66",
    name=NAME,
    log_group="/a",
    status="COMPLETED",
    message="Completed successfully",
    destination_prefix="exports/a/2026-10/20261102T120000Z",
    from_ms=1_790_780_400_000,
    to_ms=1_793_458_800_000,
)
NOW = datetime(2026, 11, 2, 21, 0, 5, tzinfo=timezone(timedelta(hours=9)))
OCTOBER = {"log_group": "/a", "period_id": "2026-10", "bucket": "logs", "now": NOW}


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("PENDING", "running"),
        ("RUNNING", "running"),
        ("PENDING_CANCEL", "running"),
        ("COMPLETED", "completed"),
    ],
)
def test_a_task_that_can_complete_or_has_is_no_failure(status, expected):
    assert progress(replace(TASK, status=status)) == expected


@pytest.mark.parametrize("status", ["FAILED", "CANCELLED"])
def test_a_task_that_will_never_complete_raises_with_its_id_its_name_and_the_reason(status):
    task = replace(TASK, status=status, message="The bucket is gone")

    with pytest.raises(ExportTaskFailed) as failed:
        progress(task)

    for told in (TASK.id, NAME, status, "The bucket is gone"):
        assert told in str(failed.value)


def test_a_failed_task_without_a_reason_says_so():
    with pytest.raises(ExportTaskFailed, match="no reason given"):
        progress(replace(TASK, status="FAILED", message=""))


def test_every_try_at_a_period_has_the_same_name_and_no_other_period_has_it():
    names = [task_name(log_group="/a", period_id=period) for period in ("2026-10", "2026-10", "2026-11")]

    assert names[0] == names[1] != names[2]


def test_the_name_of_a_task_is_never_longer_than_cloudwatch_logs_takes():
    assert len(task_name(log_group="/" + "x" * 511, period_id="2026-10")) == 512


def test_our_own_task_is_found_among_those_of_others():
    others = [replace(TASK, name=""), replace(TASK, name="somebody's"), replace(TASK, log_group="/b")]

    found = own_task([*others, TASK], log_group="/a", name=NAME)

    assert found == TASK


def test_two_log_groups_whose_long_names_make_the_same_task_name_do_not_share_a_task():
    long, other = "/" + "x" * 510 + "a", "/" + "x" * 510 + "b"
    name = task_name(log_group=long, period_id="2026-10")

    found = own_task([replace(TASK, name=name, log_group=other)], log_group=long, name=name)

    assert found is None


def test_a_manifest_says_what_was_exported_from_where_to_where():
    document = manifest(TASK, Contents(3, 4096), **OCTOBER)

    assert json.loads(document) == {
        "version": 1,
        "period": "2026-10",
        "log_group": "/a",
        "from_ms": 1_790_780_400_000,
        "to_ms": 1_793_458_800_000,
        "task_id": TASK.id,
        "location": "s3://logs/exports/a/2026-10/20261102T120000Z/",
        "objects": 3,
        "bytes": 4096,
        "recorded_at": "2026-11-02T12:00:05Z",
    }


def test_an_empty_month_has_a_manifest_too():
    document = manifest(TASK, Contents(0, 0), **OCTOBER)

    assert json.loads(document)["objects"] == 0


@pytest.mark.parametrize("status", ["PENDING", "RUNNING", "PENDING_CANCEL"])
def test_no_manifest_vouches_for_a_task_that_is_not_completed(status):
    with pytest.raises(ExportTaskNotCompleted, match=status):
        manifest(replace(TASK, status=status), Contents(3, 4096), **OCTOBER)


@pytest.mark.parametrize("status", ["FAILED", "CANCELLED"])
def test_no_manifest_vouches_for_a_task_that_failed(status):
    with pytest.raises(ExportTaskFailed, match=status):
        manifest(replace(TASK, status=status), Contents(3, 4096), **OCTOBER)


@pytest.mark.parametrize("other", [{"period_id": "2026-09"}, {"log_group": "/b"}])
def test_a_task_of_another_period_or_log_group_vouches_for_nothing(other):
    with pytest.raises(ExportTaskNotFound, match=f"{TASK.id}.*Nothing was recorded"):
        manifest(TASK, Contents(3, 4096), **OCTOBER | other)
