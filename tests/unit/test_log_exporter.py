"""How an export task stands."""

from dataclasses import replace
from datetime import timedelta

import pytest

from stepkeeper.domain.log_exporter import Broken, Complete, Running, judge
from tests.unit.test_export_task import TASK

AN_HOUR = timedelta(hours=1)


@pytest.mark.parametrize("status", ["PENDING", "RUNNING", "PENDING_CANCEL"])
def test_a_task_that_has_not_ended_runs(status):
    assert judge(replace(TASK, status=status)) == Running(f"{TASK.id} is {status}")


def test_a_completed_task_is_complete():
    assert judge(replace(TASK, status="COMPLETED", ended_at=TASK.created_at)) == Complete()


@pytest.mark.parametrize("status", ["FAILED", "CANCELLED"])
def test_a_task_that_will_never_complete_says_why_and_how_long_it_took(status):
    task = replace(TASK, status=status, message="The bucket is gone", ended_at=TASK.created_at + AN_HOUR)

    assert judge(task) == Broken(AN_HOUR, f"{TASK.id} is {status}: The bucket is gone")


def test_a_failed_task_that_tells_nothing_took_no_time_and_gave_no_reason():
    task = replace(TASK, status="FAILED", message="", ended_at=None)

    assert judge(task) == Broken.at_once(f"{TASK.id} is FAILED: no reason given")
