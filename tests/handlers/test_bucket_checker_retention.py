"""A log group keeps less only once all that would expire by that is in the bucket."""

from datetime import timedelta

import pytest

from tests.handlers.exports import GROUP, NIGHTLY, SEPTEMBER, Exports

CREATED = SEPTEMBER - timedelta(days=150)


@pytest.fixture
def exports(exports: Exports) -> Exports:
    exports.choose(f'{NIGHTLY}retention = "90d"\n')
    return exports


def retention(exports: Exports) -> int | None:
    return exports.world.logs.groups[GROUP].retention_days


@pytest.mark.parametrize("before", [None, 365])
def test_once_all_is_exported_the_retention_is_shortened(before: int | None, exports: Exports) -> None:
    exports.add_group(created=CREATED, retention_days=before)

    exports.run("one")
    once = len([call for call in exports.simulation.wire.calls if call == "logs:PutRetentionPolicy"])
    exports.run("two")

    assert (retention(exports), once) == (90, 1)
    assert "logs:PutRetentionPolicy" not in exports.simulation.wire.calls


@pytest.mark.parametrize("before", [30, 90])
def test_a_retention_is_never_lengthened(before: int, exports: Exports) -> None:
    exports.add_group(created=CREATED, retention_days=before)

    exports.run()

    assert retention(exports) == before


def test_a_retention_that_people_shortened_while_a_run_went_on_is_left_to_them(exports: Exports) -> None:
    exports.add_group(created=CREATED)
    exports.begin()
    exports.world.logs.groups[GROUP].retention_days = 60
    while (answer := exports.next())["state"] == "export":
        exports.export(answer["period"])

    assert retention(exports) == 60


def test_a_look_at_what_comes_next_sets_no_retention(exports: Exports) -> None:
    exports.add_group(created=CREATED)
    exports.begin()
    while (answer := exports.next())["state"] == "export":
        exports.export(answer["period"])
    exports.world.logs.groups[GROUP].retention_days = None

    exports.ask("bucket_checker")

    assert retention(exports) is None


def test_with_a_period_that_failed_the_retention_stays(exports: Exports) -> None:
    exports.add_group(created=CREATED)
    exports.world.faults.refuse("CreateExportTask", "AccessDeniedException")

    exports.run("one")

    assert retention(exports) is None
    exports.world.faults.clear()
    exports.run("two")
    assert retention(exports) == 90


def test_what_was_only_accepted_is_no_reason_to_let_it_expire(exports: Exports) -> None:
    exports.add_group(created=CREATED)
    exports.begin("one")
    exports.end_execution("one")
    exports.accept(GROUP, exports.entries()[0].period)

    exports.run("two")

    assert retention(exports) is None


def test_what_is_further_back_than_the_table_looks_is_kept(exports: Exports) -> None:
    exports.choose(f'{NIGHTLY}retention = "90d"\nback = 2\n')
    exports.add_group(created=CREATED)

    exports.run()

    assert retention(exports) is None


def test_what_had_expired_before_the_first_run_does_not_keep_the_rest_for_ever(exports: Exports) -> None:
    exports.add_group(created=CREATED.replace(year=2020), retention_days=150)

    answer = exports.run()

    assert answer["exported"][0] == (GROUP, "2026-06")
    assert retention(exports) == 90


def test_without_the_key_the_retention_is_the_operators_own(exports: Exports) -> None:
    exports.choose(NIGHTLY)
    exports.add_group(created=CREATED)

    exports.run()

    assert retention(exports) is None
