"""A run plans what is due of every log group that exports.toml takes, and overwrites nothing."""

from datetime import timedelta

import pytest

from tests.handlers.exports import ALL, GROUP, NIGHTLY, NOVEMBER, OCTOBER, SEPTEMBER, Exports, ms

THREE_WAYS = """
[exports.named]
log_groups = ["/orders/nightly"]
folder = "named"

[exports.lambdas]
prefixes = ["/aws/lambda/nightly-", "/orders/"]
folder = "lambdas"

[exports.tagged]
tags = { export = "yes", team = "orders" }
folder = "tagged"
"""


def planned(exports: Exports, log_group: str = GROUP) -> list[tuple[str, int, int]]:
    return [(entry.period, entry.from_ms, entry.to_ms) for entry in exports.entries(log_group)]


def test_every_finished_period_since_the_birth_of_a_group_is_planned(exports: Exports) -> None:
    exports.choose(NIGHTLY)
    exports.add_group(created=SEPTEMBER + timedelta(days=3))

    answer = exports.begin()

    assert (answer["state"], answer["log_groups"], answer["planned"]) == ("begun", 1, 2)
    # Events may be older than the group that they create.
    assert planned(exports) == [
        ("2026-09", ms(SEPTEMBER - timedelta(days=11)), ms(OCTOBER)),
        ("2026-10", ms(OCTOBER), ms(NOVEMBER)),
    ]


@pytest.mark.parametrize(
    ("zone", "unit", "back", "periods"),
    [
        ("Asia/Tokyo", "month", 2, ["2026-09", "2026-10"]),
        ("UTC", "week", 2, ["2026-W45", "2026-W46"]),
        ("UTC", "day", 3, ["2026-11-17", "2026-11-18", "2026-11-19"]),
        # There it is 12:04.
        ("Asia/Tokyo", "day", 1, ["2026-11-20"]),
    ],
)
def test_the_periods_are_those_of_the_operators_calendar_once_they_have_settled(
    zone: str, unit: str, back: int, periods: list[str], exports: Exports
) -> None:
    exports.choose(f'{NIGHTLY}time_zone = "{zone}"\nperiod = "{unit}"\nback = {back}\n')
    exports.add_group(created=SEPTEMBER - timedelta(days=60))

    exports.begin()

    assert [entry.period for entry in exports.entries()] == periods


def test_groups_are_taken_by_name_by_prefix_and_by_all_of_the_tags_and_the_first_table_wins(
    exports: Exports,
) -> None:
    exports.choose(THREE_WAYS)
    both = {"export": "yes", "team": "orders"}
    exports.add_group("/orders/nightly", tags=both)
    exports.add_group("/orders/weekly", tags=both)
    exports.add_group("/aws/lambda/nightly-report")
    exports.add_group("/mail", tags=both)
    exports.add_group("/half", tags={"export": "yes"})
    exports.add_group("/other", tags={"export": "no", "team": "orders"})

    answer = exports.begin()

    folders = {name: {entry.folder for entry in exports.entries(name)} for name in exports.world.logs.groups}
    assert answer["log_groups"] == 4
    assert folders == {
        "/orders/nightly": {"named"},
        "/orders/weekly": {"lambdas"},
        "/aws/lambda/nightly-report": {"lambdas"},
        "/mail": {"tagged"},
        "/half": set(),
        "/other": set(),
    }


def test_more_groups_than_one_page_holds_are_all_planned(exports: Exports) -> None:
    exports.choose(ALL)
    for number in range(130):
        exports.world.logs.add_group(f"/group/{number:03d}", OCTOBER)

    answer = exports.begin()

    assert (answer["log_groups"], answer["planned"]) == (130, 130)


def test_a_group_that_appears_later_is_found_by_the_next_run(exports: Exports) -> None:
    exports.choose(ALL)
    exports.add_group("/first", created=OCTOBER)
    exports.run("one")
    exports.add_group("/second", created=OCTOBER)

    answer = exports.run("two")

    assert answer["exported"] == [("/second", "2026-10")]


def test_a_name_that_no_group_has_is_told_and_the_run_says_so_at_its_end(exports: Exports) -> None:
    exports.choose('[exports.nightly]\nlog_groups = ["/orders/nightly", "/orders/nihgtly"]\n')
    exports.add_group(created=OCTOBER)
    problem = "[exports.nightly] there is no log group /orders/nihgtly"

    begun = exports.begin()
    period = exports.next()["period"]
    exports.export(period)
    done = exports.next()

    assert begun["problems"] == [problem]
    assert (done["state"], done["failed"], done["problems"]) == ("done", 0, [problem])


def test_planning_again_changes_nothing_that_was_planned_or_exported(exports: Exports) -> None:
    exports.choose(NIGHTLY)
    exports.add_group()
    exports.begin("one")
    exports.export(exports.next("one")["period"])
    before = exports.entries()
    exports.end_execution("one")
    exports.world.clock.move(timedelta(days=1))

    answer = exports.begin("two")

    assert answer["planned"] == 0
    assert exports.entries() == before


def test_another_calendar_plans_only_what_no_period_covers(exports: Exports) -> None:
    exports.choose(NIGHTLY)
    exports.add_group(created=OCTOBER)
    exports.run("one")
    exports.choose(f'{NIGHTLY}time_zone = "Asia/Tokyo"\nperiod = "day"\nback = 21\n')

    exports.run("two")

    spans = sorted((entry.from_ms, entry.to_ms) for entry in exports.entries())
    assert spans[0][1] == spans[1][0] == ms(NOVEMBER)
    assert [end for _, end in spans[:-1]] == [start for start, _ in spans[1:]]
    assert set(exports.states().values()) == {"completed", "empty"}


def test_without_tables_nothing_is_asked_of_cloudwatch_logs(exports: Exports) -> None:
    exports.add_group()

    answer = exports.begin()

    assert (answer["planned"], answer["log_groups"]) == (0, 0)
    assert not [call for call in exports.simulation.wire.calls if call.startswith("logs:")]
    assert exports.next() == {"state": "done", "failed": 0, "problems": []}
