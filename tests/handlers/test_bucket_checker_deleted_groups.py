"""A log group that was deleted is told of once, and what of it was never exported is lost."""

from datetime import timedelta

from tests.handlers.exports import ALL, GROUP, OCTOBER, SEPTEMBER, Exports


def test_a_deleted_group_is_told_of_once_and_its_open_periods_are_lost(exports: Exports) -> None:
    exports.choose(ALL)
    exports.add_group()
    exports.begin("one")
    exports.export(exports.next("one")["period"])
    exports.end_execution("one")
    exports.world.logs.delete_group(GROUP)

    answer = exports.run("two")
    again = exports.run("three")

    assert exports.states() == {"2026-09": "completed", "2026-10": "lost"}
    assert (answer["exported"], again["exported"]) == ([], [])
    assert exports.told == [
        "1 log groups of exports.toml were deleted: /orders/nightly. 1 of their periods were never "
        "exported, and are lost: /orders/nightly 2026-10."
    ]
    assert exports.entries()[1].reason == "the log group was deleted before 2026-11-21"


def test_a_deleted_group_whose_periods_were_all_exported_has_lost_nothing(exports: Exports) -> None:
    exports.choose(ALL)
    exports.add_group()
    exports.run("one")
    exports.world.logs.delete_group(GROUP)

    begun = exports.begin("two")

    assert begun["deleted"] == [GROUP]
    assert exports.told == ["1 log groups of exports.toml were deleted: /orders/nightly."]
    assert set(exports.states().values()) == {"completed"}


def test_what_was_accepted_before_is_not_called_lost(exports: Exports) -> None:
    exports.choose(ALL)
    exports.add_group(created=OCTOBER)
    exports.begin("one")
    exports.end_execution("one")
    exports.accept(GROUP, "2026-10")
    exports.world.logs.delete_group(GROUP)

    exports.begin("two")

    assert exports.states() == {"2026-10": "planned"}
    assert "lost" not in exports.told[0]


def test_a_group_that_was_made_again_is_exported_from_its_new_birth_on(exports: Exports) -> None:
    exports.choose(ALL)
    exports.add_group(created=OCTOBER)
    exports.begin("one")
    exports.end_execution("one")
    exports.world.logs.delete_group(GROUP)
    exports.run("two")
    exports.world.clock.move(timedelta(hours=1))
    exports.add_group(created=exports.world.clock.stamp)
    exports.world.clock.move(timedelta(days=12))

    answer = exports.run("three")

    assert answer["exported"] == [(GROUP, "2026-11")]
    assert exports.states() == {"2026-10": "lost", "2026-11": "empty"}
    exports.world.logs.delete_group(GROUP)
    exports.run("four")
    assert len(exports.told) == 2


def test_a_group_that_no_table_takes_any_more_is_left_alone_and_nobody_is_told(exports: Exports) -> None:
    exports.choose(ALL)
    exports.add_group(created=SEPTEMBER)
    exports.begin("one")
    exports.end_execution("one")
    exports.choose("")

    answer = exports.run("two")

    assert answer == {"state": "done", "failed": 0, "problems": [], "exported": []}
    assert exports.told == []
    assert exports.audit()["groups"] == []
    exports.choose(ALL)
    assert len(exports.run("three")["exported"]) == 2


def test_many_deleted_groups_are_told_of_in_one_notice_that_stays_readable(exports: Exports) -> None:
    exports.choose(ALL)
    for number in range(25):
        exports.add_group(f"/group/{number:02d}", created=OCTOBER)
    exports.begin("one")
    exports.end_execution("one")
    for number in range(25):
        exports.world.logs.delete_group(f"/group/{number:02d}")

    exports.run("two")

    (text,) = exports.told
    assert "25 log groups" in text
    assert "/group/19, and 5 more" in text
    assert "/group/20" not in text
