"""A table that would export more than it may exports nothing, and says how much it would; others go on."""

from datetime import timedelta

import pytest

from tests.handlers.exports import OCTOBER, SEPTEMBER, Exports

TABLES = """
[exports.large]
prefixes = ["/large/"]
at_most = "10GB"

[exports.small]
prefixes = ["/small"]
"""
GB = 10**9
WHY = (
    "[exports.large] about 11.0 GB are left to export, and at_most allows 10.0 GB a run. Nothing of it was "
    "begun. The largest: /large/a (6.0 GB), /large/b (5.0 GB), /large/c (26 bytes). "
    "Raise at_most, or lower back."
)


@pytest.fixture
def exports(exports: Exports) -> Exports:
    """Two groups of 6 and 5 GB, and two that are all but empty."""
    exports.choose(TABLES)
    logs = exports.world.logs
    for name, size in (("/large/a", 6 * GB), ("/large/b", 5 * GB), ("/large/c", 26), ("/small", 26)):
        logs.add_group(name, SEPTEMBER)
        logs.count_incoming(name, OCTOBER + timedelta(days=3), size)
    return exports


def test_a_table_that_is_too_large_is_held_back_with_its_sizes_and_the_others_go_on(
    exports: Exports,
) -> None:
    begun = exports.begin()
    period = exports.next()["period"]
    exports.end_execution("one")
    answer = exports.run("two")

    assert begun["held_back"] == {"large": WHY}
    assert period["log_group"] == "/small"
    assert answer["exported"] == [("/small", "2026-09"), ("/small", "2026-10")]
    assert (answer["failed"], answer["problems"]) == (0, [WHY])
    assert exports.states("/large/a") == {"2026-09": "planned", "2026-10": "planned"}


def test_once_more_is_allowed_all_is_exported(exports: Exports) -> None:
    exports.run("one")
    exports.choose(TABLES.replace("10GB", "11001MB"))

    answer = exports.run("two")

    assert {group for group, _ in answer["exported"]} == {"/large/a", "/large/b", "/large/c"}
    assert answer["problems"] == []


def test_what_is_exported_already_or_accepted_does_not_count(exports: Exports) -> None:
    exports.begin("one")
    exports.end_execution("one")
    exports.accept("/large/b", "2026-10")

    assert exports.begin("two")["held_back"] == {}


def test_what_came_in_before_there_were_metrics_is_a_share_of_what_is_stored(exports: Exports) -> None:
    exports.choose('[exports.old]\nlog_groups = ["/old"]\nback = 400\nat_most = "10GB"\n')
    exports.world.logs.add_group("/old", OCTOBER.replace(year=2020), stored_bytes=20 * GB)

    held_back = exports.begin()["held_back"]

    assert held_back["old"].startswith("[exports.old] about 19.")


def test_a_run_that_holds_back_all_it_has_ends_with_that(exports: Exports) -> None:
    exports.choose(TABLES.split("[exports.small]")[0])

    assert exports.run() == {"state": "done", "failed": 0, "problems": [WHY], "exported": []}
