"""What an audit calls a gap: what is lost, overdue, expired, or will expire before anybody can export it."""

from datetime import timedelta

import pytest

from tests.handlers.exports import ALL, GROUP, NIGHTLY, OCTOBER, SEPTEMBER, Answer, Exports, ms
from tests.simulated.export_runs import Course

WEEK = timedelta(days=7)


@pytest.fixture
def exports(exports: Exports) -> Exports:
    exports.choose(ALL)
    return exports


def gaps(answer: Answer) -> list[tuple[str, str, str]]:
    return [(gap["log_group"], gap["period"], gap["state"]) for gap in answer["gaps"]]


def test_what_was_lost_with_its_group_is_a_gap_until_it_is_accepted(exports: Exports) -> None:
    exports.add_group(created=OCTOBER)
    exports.begin("one")
    exports.end_execution("one")
    exports.world.logs.delete_group(GROUP)
    exports.run("two")

    answer = exports.audit()

    assert gaps(answer) == [(GROUP, "2026-10", "lost")]
    assert len(exports.told) == 1  # by the run
    exports.accept(GROUP, "2026-10")
    assert exports.audit()["gaps"] == []


def test_what_is_planned_is_a_gap_once_it_is_overdue(exports: Exports) -> None:
    exports.add_group(created=OCTOBER)
    exports.begin("one")
    exports.world.clock.move(WEEK)
    at_the_limit = exports.audit()

    exports.world.clock.move(timedelta(seconds=1))

    assert at_the_limit["gaps"] == []
    assert exports.audit()["gaps"] == [
        {
            "log_group": GROUP,
            "period": "2026-10",
            "state": "planned",
            "reason": "planned since 2026-11-21 03:04:05 UTC",
        }
    ]


def test_what_no_run_has_planned_is_a_gap_once_runs_stay_away(exports: Exports) -> None:
    exports.add_group(created=OCTOBER)
    exports.run("one")
    exports.world.clock.move(timedelta(days=30))

    answer = exports.audit()

    assert gaps(answer) == [(GROUP, "2026-11", "planned")]
    assert "no run of export_logs has planned it" in answer["gaps"][0]["reason"]
    assert answer["groups"][0]["periods"] == {"2026-10": "completed", "2026-11": "planned"}


def test_before_the_first_run_of_all_nothing_is_a_gap(exports: Exports) -> None:
    exports.add_group()

    answer = exports.audit()

    assert (answer["gaps"], answer["counts"]) == ([], {"planned": 2})
    assert exports.entries() == []


def test_what_expired_before_it_was_exported_is_a_gap(exports: Exports) -> None:
    exports.add_group(created=SEPTEMBER, retention_days=60)
    event = {"timestamp": ms(OCTOBER + timedelta(days=20)), "message": "late in October"}
    exports.world.logs.put(GROUP, "stream", [event])
    exports.begin("one")
    exports.world.clock.move(timedelta(days=12))
    exports.export(exports.next("one")["period"])
    exports.export(exports.next("one")["period"])

    answer = exports.audit()

    assert gaps(answer) == [(GROUP, "2026-10", "completed")]
    assert answer["gaps"][0]["reason"].startswith("events before 2026-10-04 03:09:05 UTC had expired")
    exports.accept(GROUP, "2026-10")
    assert exports.audit()["gaps"] == []


def test_a_retention_that_leaves_no_time_to_export_is_a_gap_of_each_period(exports: Exports) -> None:
    exports.add_group(created=OCTOBER, retention_days=30)

    answer = exports.audit()

    assert gaps(answer) == [(GROUP, "each", "planned")]
    assert "retention of 30 days is shorter than a month" in answer["gaps"][0]["reason"]
    assert exports.told == []


def test_many_gaps_make_one_notice_that_stays_readable(exports: Exports) -> None:
    for number in range(25):
        exports.add_group(f"/group/{number:02d}", created=OCTOBER)
    exports.world.faults.refuse("CreateExportTask", "AccessDeniedException")
    exports.run()

    answer = exports.audit()

    assert len(answer["gaps"]) == 25
    (text,) = exports.told
    assert text.startswith("25 gaps ")
    assert len(text.splitlines()) == 22
    assert text.endswith("and 5 more")


def test_a_period_that_fails_each_day_is_told_once_however_late_it_gets(exports: Exports) -> None:
    exports.choose(f"{NIGHTLY}back = 1\n")
    exports.add_group(created=OCTOBER - timedelta(days=40))
    exports.world.logs.tasks_take = lambda _task: Course(timedelta(minutes=5), "FAILED", "Internal error")
    for day in range(9):
        exports.run(f"run-{day}")
        exports.audit()
        exports.begin(f"then-{day}")
        exports.start(exports.next(f"then-{day}")["period"], f"then-{day}")
        exports.audit()
        exports.end_execution(f"then-{day}")
        exports.world.clock.move(timedelta(days=1))

    assert len(exports.told) == 1
