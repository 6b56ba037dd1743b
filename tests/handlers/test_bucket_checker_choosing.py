"""What comes next: what was begun, then what expires first, oldest first; what was given up, another day."""

from datetime import timedelta

import pytest

from stepkeeper.exports.errors import ExportTurnLost
from tests.handlers.exports import ALL, GROUP, NIGHTLY, NOVEMBER, OCTOBER, SEPTEMBER, Answer, Exports, ms
from tests.simulated.export_runs import Course


@pytest.fixture
def exports(exports: Exports) -> Exports:
    exports.choose(ALL)
    return exports


def test_a_period_is_answered_as_the_exporter_takes_it(exports: Exports) -> None:
    exports.add_group(created=OCTOBER - timedelta(days=20), retention_days=90)
    exports.choose(f"{NIGHTLY}back = 1\n")
    exports.begin()

    answer = exports.next()

    assert answer == {
        "state": "export",
        "period": {
            "id": "2026-10",
            "log_group": GROUP,
            "from_ms": ms(OCTOBER),
            "to_ms": ms(NOVEMBER),
            "edition": 1,
            "retention_days": 90,
        },
        "reason": "1 periods are left; 2026-10 is the oldest",
    }
    assert exports.next() == answer


def test_the_group_that_keeps_least_comes_first_and_in_it_the_oldest_period(exports: Exports) -> None:
    exports.add_group("/a/for-ever")
    exports.add_group("/b/year", retention_days=365)
    exports.add_group("/c/quarter", retention_days=90)

    answer = exports.run()

    assert answer["exported"] == [
        (group, period)
        for group in ("/c/quarter", "/b/year", "/a/for-ever")
        for period in ("2026-09", "2026-10")
    ]
    assert (answer["failed"], answer["problems"]) == (0, [])


def test_what_was_begun_comes_before_what_is_older(exports: Exports) -> None:
    exports.add_group()
    exports.begin()
    older = exports.next()["period"]
    entry = exports.entries()[1]
    exports.start({**older, "id": entry.period, "from_ms": entry.from_ms, "to_ms": entry.to_ms})

    answer = exports.next()

    assert answer["period"]["id"] == "2026-10"
    assert answer["reason"] == "2026-10 was begun"


def test_the_groups_before_the_last_one_are_not_looked_at_again(exports: Exports) -> None:
    for name in ("/a", "/b", "/c"):
        exports.add_group(name)
    exports.begin()

    answer = exports.next(after="/b")

    assert answer["period"]["log_group"] == "/b"
    assert exports.simulation.wire.calls == ["dynamodb:Query", "dynamodb:Query"]
    assert exports.next(after="/unknown")["period"]["log_group"] == "/a"


def fails(of: str) -> object:
    """How tasks go whose log group has this name; all others are well."""

    def course(task: Answer) -> Course:
        takes = timedelta(minutes=1)
        bad = Course(takes, "FAILED", "Internal error")
        return bad if task.log_group == of else Course(takes)  # type: ignore[attr-defined]

    return course


def test_what_was_given_up_is_not_tried_again_in_the_same_run_but_in_the_next(exports: Exports) -> None:
    exports.add_group("/bad", created=OCTOBER)
    exports.add_group("/good", created=OCTOBER)
    exports.world.logs.tasks_take = fails("/bad")  # type: ignore[assignment]

    first = exports.run("one")
    exports.world.logs.tasks_take = timedelta(minutes=1)
    second = exports.run("two")

    assert first["exported"] == [("/bad", "2026-10")] * 3 + [("/good", "2026-10")]
    assert first["failed"] == 1
    assert first["problems"][0].startswith("/bad 2026-10: failed after 3 tries: ")
    assert "FAILED: Internal error" in first["problems"][0]
    assert (second["exported"], second["failed"]) == ([("/bad", "2026-10")], 0)


def test_a_group_that_no_task_can_be_started_for_is_skipped_and_the_others_go_on(exports: Exports) -> None:
    exports.add_group("/bad")
    exports.add_group("/good")
    exports.world.faults.refuse(
        "CreateExportTask",
        "InvalidParameterException",
        message="KMS",
        when=lambda sent: sent["logGroupName"] == "/bad",
    )

    answer = exports.run("one")
    exports.world.faults.clear()
    again = exports.run("two")

    assert [group for group, _ in answer["exported"]] == ["/bad", "/good", "/good"]
    (problem,) = answer["problems"]
    assert problem.startswith("/bad 2026-09: failed at the first try: CloudWatch Logs took no export task")
    assert [group for group, _ in again["exported"]] == ["/bad", "/bad"]


def test_more_problems_than_can_be_read_are_counted(exports: Exports) -> None:
    for number in range(25):
        exports.add_group(f"/bad/{number:02d}", created=OCTOBER)
    exports.world.faults.refuse("CreateExportTask", "AccessDeniedException")

    answer = exports.run()

    assert (answer["failed"], len(answer["problems"])) == (25, 21)
    assert answer["problems"][-1] == "and 5 more"


def test_what_was_accepted_is_not_exported_and_no_problem(exports: Exports) -> None:
    exports.add_group()
    exports.begin()
    exports.accept(GROUP, "2026-09")

    answer = exports.next()

    assert answer["period"]["id"] == "2026-10"


def test_people_may_ask_at_any_time_what_would_come_next(exports: Exports) -> None:
    exports.add_group(created=SEPTEMBER)
    assert exports.ask("bucket_checker") == {"state": "done", "failed": 0, "problems": []}
    exports.begin()

    assert exports.ask("bucket_checker") == exports.next()


def test_a_run_that_nobody_began_is_refused(exports: Exports) -> None:
    with pytest.raises(ExportTurnLost, match="Nobody exports by now"):
        exports.next()


def test_what_was_planned_since_of_a_group_that_the_run_had_passed_is_exported_too(exports: Exports) -> None:
    exports.choose(ALL)
    exports.add_group("/a", created=OCTOBER)
    exports.add_group("/b", created=OCTOBER)
    exports.begin()
    for name in ("/a", "/b"):
        for period in exports.states(name):
            exports.accept(name, period)
    exports.add_group("/aa", created=OCTOBER)
    exports.end_execution("one")
    exports.world.clock.move(timedelta(days=1))
    exports.ask(
        "bucket_checker",
        action="begin",
        execution=exports.start_execution("one-1"),
        run=exports.arn("one"),
        continues=exports.arn("one"),
    )

    answer = exports.next(after="/b")

    assert (answer["state"], answer["period"]["log_group"]) == ("export", "/aa")
