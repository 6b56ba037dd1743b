"""Refusals that pass are tried again; those that do not keep one log group from being exported, no other."""

from datetime import timedelta

import pytest

from stepkeeper.errors import AwsUnavailable
from tests.handlers.exports import ALL, OCTOBER, Exports


@pytest.fixture
def exports(exports: Exports) -> Exports:
    """Two log groups with a period each."""
    exports.choose(f"{ALL}back = 1\n")
    exports.add_group("/a", created=OCTOBER - timedelta(days=40))
    exports.add_group("/b", created=OCTOBER - timedelta(days=40))
    return exports


def refuse_to_list(exports: Exports) -> None:
    """What was exported of one of them can not be counted."""
    exports.world.faults.refuse(
        "ListObjectsV2",
        "AccessDenied",
        status=403,
        when=lambda sent: sent["Prefix"].startswith("standard-ia/exports/a/"),
    )


@pytest.mark.parametrize("code", ["OperationAbortedException", "ResourceAlreadyExistsException"])
def test_a_refusal_that_passes_is_tried_again(code: str, exports: Exports) -> None:
    exports.begin()
    period = exports.next()["period"]
    exports.world.faults.refuse("CreateExportTask", code, times=1)

    with pytest.raises(AwsUnavailable, match=code):
        exports.start(period)
    answer = exports.export(period)

    assert answer["progress"] == "completed"
    assert [entry.state for entry in exports.entries("/a")] == ["completed"]
    assert len(exports.world.logs.tasks) == 1


def test_what_can_not_be_counted_is_set_aside_and_the_other_groups_are_exported(exports: Exports) -> None:
    refuse_to_list(exports)

    red = exports.run("one")

    assert exports.states("/b") == {"2026-10": "completed"}
    assert exports.states("/a") == {"2026-10": "failed"}
    (problem,) = red["problems"]
    assert problem.startswith("/a 2026-10: failed")
    assert "AccessDenied" in problem


def test_what_was_set_aside_is_gone_on_with_by_the_next_run_and_its_task_kept(exports: Exports) -> None:
    refuse_to_list(exports)
    exports.run("one")
    exports.world.faults.clear()

    green = exports.run("two")

    assert green["problems"] == []
    assert exports.states("/a") == {"2026-10": "completed"}
    assert len(exports.world.logs.tasks) == 2  # one for each group


def test_an_outage_of_what_is_counted_is_no_failure_of_the_period(exports: Exports) -> None:
    exports.begin()
    period = exports.next()["period"]
    exports.start(period)
    exports.world.clock.move(timedelta(hours=1))
    exports.world.faults.refuse("ListObjectsV2", "SlowDown", status=503, times=1)

    with pytest.raises(AwsUnavailable):
        exports.check(period)

    assert exports.states("/a") == {"2026-10": "submitted"}
    assert exports.check(period)["progress"] == "completed"


@pytest.mark.parametrize("reason", ["ThrottlingError", "TransactionConflict"])
def test_a_plan_that_dynamodb_can_not_take_now_is_tried_again(reason: str, exports: Exports) -> None:
    exports.world.faults.refuse(
        "TransactWriteItems",
        "TransactionCanceledException",
        times=1,
        CancellationReasons=[{"Code": reason}],
    )

    with pytest.raises(AwsUnavailable):
        exports.begin()
    exports.begin()

    assert exports.states("/a") == {"2026-10": "planned"}


def test_outages_of_a_start_are_no_reason_to_give_a_period_up(exports: Exports) -> None:
    exports.begin()
    period = exports.next()["period"]
    exports.world.faults.refuse("CreateExportTask", "InternalFailure", status=500, times=4)
    for _ in range(4):
        with pytest.raises(AwsUnavailable):
            exports.start(period)

    exports.start(period)

    (entry,) = exports.entries("/a")
    assert (entry.parts[0].tries_now, entry.state) == (1, "submitted")
