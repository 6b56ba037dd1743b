"""A period that is exported again on request is another edition; the one before stays as it is."""

import pytest

from stepkeeper.exports.errors import ExportPeriodUnknown
from tests.handlers.exports import ALL, GROUP, OCTOBER, Exports

AGAIN = {"log_group": GROUP, "period": "2026-10"}


@pytest.fixture
def exports(exports: Exports) -> Exports:
    """October is exported."""
    exports.choose(ALL)
    exports.add_group(created=OCTOBER)
    exports.run("one")
    return exports


def test_a_period_that_is_exported_again_has_two_manifests(exports: Exports) -> None:
    first = exports.entries()

    answer = exports.run("two", again=AGAIN)

    assert answer["exported"] == [(GROUP, "2026-10")]
    one, two = exports.entries()
    assert [one] == first
    assert (two.edition, two.state, two.objects) == (2, "completed", one.objects)
    assert (two.from_ms, two.to_ms) == (one.from_ms, one.to_ms)
    manifests = exports.manifest("2026-10"), exports.manifest("2026-10.2")
    assert [each["edition"] for each in manifests] == [1, 2]
    assert manifests[0]["parts"][0]["location"] != manifests[1]["parts"][0]["location"]


def test_one_that_is_planned_already_is_not_planned_twice(exports: Exports) -> None:
    exports.begin("two", again=AGAIN)
    exports.begin("two", again=AGAIN)

    assert [entry.edition for entry in exports.entries()] == [1, 2]


def test_the_run_after_it_exports_nothing_more(exports: Exports) -> None:
    exports.run("two", again=AGAIN)

    assert exports.run("three")["exported"] == []


def test_a_period_that_was_given_up_is_just_tried_again(exports: Exports) -> None:
    exports.world.logs.add_group("/bad", OCTOBER)
    exports.world.faults.refuse("CreateExportTask", "AccessDeniedException")
    exports.run("two")
    exports.world.faults.clear()

    exports.run("three", again={"log_group": "/bad", "period": "2026-10"})

    assert [(entry.edition, entry.state) for entry in exports.entries("/bad")] == [(1, "empty")]


def test_a_gap_that_was_accepted_is_exported_after_all_when_somebody_asks(exports: Exports) -> None:
    """The run said that it had begun, exported nothing, and ended green."""
    exports.world.logs.add_group("/spare", OCTOBER)
    exports.begin("two")
    exports.end_execution("two")
    exports.accept("/spare", "2026-10")

    answer = exports.run("three", again={"log_group": "/spare", "period": "2026-10"})

    assert answer["exported"] == [("/spare", "2026-10")]
    assert [(entry.edition, entry.accepted) for entry in exports.entries("/spare")] == [
        (1, "nobody needs it"),
        (2, None),
    ]
    assert exports.audit()["groups"][1]["periods"] == {"2026-10": "empty"}


def test_a_period_that_is_lost_may_be_asked_for_once_its_group_is_there_again(exports: Exports) -> None:
    exports.world.logs.add_group("/spare", OCTOBER)
    exports.begin("two")
    exports.end_execution("two")
    exports.world.logs.delete_group("/spare")
    exports.run("three")
    exports.world.logs.add_group("/spare", OCTOBER)

    answer = exports.run("four", again={"log_group": "/spare", "period": "2026-10"})

    assert answer["exported"] == [("/spare", "2026-10")]
    assert [entry.state for entry in exports.entries("/spare")] == ["lost", "empty"]


@pytest.mark.parametrize(
    ("log_group", "period", "known"),
    [
        (GROUP, "2026-11", "It has: 2026-10."),
        (GROUP, "2026-W40", "It has: 2026-10."),
        ("/other", "2026-10", "nothing was begun."),
    ],
)
def test_a_period_that_nobody_knows_is_an_error_that_says_what_there_is(
    log_group: str, period: str, known: str, exports: Exports
) -> None:
    with pytest.raises(ExportPeriodUnknown, match=f"{log_group}.*{known}"):
        exports.begin("two", again={"log_group": log_group, "period": period})

    assert len(exports.entries()) == 1
