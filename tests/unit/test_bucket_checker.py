"""What is exported next, and what is said at the end."""

from dataclasses import replace
from itertools import permutations

import pytest

from stepkeeper.domain.bucket_checker import in_order, next_part, problem, shown
from stepkeeper.domain.ledger import Part
from tests.export_values import KNOWN, NOW, RUN, attempt, entry, exported

AUGUST, SEPTEMBER, OCTOBER = (entry(f"2026-{number:02d}") for number in (8, 9, 10))


def chosen(*entries, run: str | None = RUN) -> str | None:
    found = next_part(entries, run=run)
    return found.entry.period if found else None


@pytest.mark.parametrize("order", list(permutations([AUGUST, SEPTEMBER, OCTOBER])))
def test_the_oldest_that_is_left_comes_next(order):
    found = next_part(order, run=RUN)

    assert found is not None
    assert (found.entry, found.part) == (AUGUST, AUGUST.parts[0])
    assert found.reason == "3 periods are left; 2026-08 is the oldest"


@pytest.mark.parametrize(
    "done",
    [
        exported("2026-08"),
        exported("2026-08", objects=0),
        replace(AUGUST, lost="deleted"),
        replace(AUGUST, accepted="a test system"),
        replace(AUGUST, given_up=True, run=RUN),
    ],
    ids=["completed", "empty", "lost", "accepted", "given up"],
)
def test_what_is_in_the_bucket_or_never_will_be_does_not_come_next(done):
    assert chosen(done, SEPTEMBER) == "2026-09"
    assert chosen(done) is None


def test_nothing_comes_next_where_there_is_nothing():
    assert chosen() is None


def test_of_two_editions_the_first_comes_first():
    found = next_part([replace(AUGUST, edition=2), AUGUST], run=RUN)

    assert found is not None
    assert found.entry.edition == 1


@pytest.mark.parametrize("run", ["another run", None])
def test_what_a_run_has_given_up_the_next_one_tries_again(run):
    assert chosen(replace(AUGUST, given_up=True, run=RUN), SEPTEMBER, run=run) == "2026-08"


@pytest.mark.parametrize("task_id", ["task-1", None])
def test_what_was_begun_comes_before_what_is_older(task_id):
    begun = replace(OCTOBER.parts[0], attempt=attempt(task_id=task_id))

    assert chosen(AUGUST, replace(OCTOBER, parts=(begun,))) == "2026-10"


def test_the_parts_of_a_period_come_one_after_the_other():
    done, begun, planned = Part(0, 1, "completed", attempt=attempt()), Part(1, 2), Part(2, 3)

    found = next_part([entry("2026-08", done, begun, planned)], run=RUN)

    assert found is not None
    assert found.part == begun


def test_a_period_all_of_whose_parts_have_ended_comes_next_for_its_manifest():
    parts = tuple(Part(at, at + 1, "completed", attempt=attempt()) for at in range(2))

    found = next_part([replace(AUGUST, parts=parts)], run=RUN)

    assert found is not None
    assert found.part == parts[-1]


def test_where_no_task_could_be_started_nothing_of_the_group_is_tried_again_in_this_run():
    refused = replace(AUGUST, given_up=True, refused=True, run=RUN)

    assert chosen(refused, SEPTEMBER) is None


def test_a_period_that_is_refused_in_every_run_does_not_keep_the_others_from_being_exported():
    refused = replace(AUGUST, given_up=True, refused=True, run=RUN)

    assert chosen(refused, SEPTEMBER, run="another run") == "2026-09"
    assert chosen(refused, exported("2026-09"), run="another run") == "2026-08"


def group(name: str, days: int | None = None, **changes):
    return replace(KNOWN, name=name, retention_days=days, **changes)


def test_what_expires_first_comes_first_and_names_decide_where_that_is_the_same():
    groups = [group("/never"), group("/b", 30), group("/a", 30), group("/soon", 1), group("/also")]

    assert [each.name for each in in_order(groups, held_back=())] == ["/soon", "/a", "/b", "/also", "/never"]


def test_what_no_table_takes_what_is_gone_and_what_is_held_back_is_not_exported():
    groups = [
        group("/a"),
        group("/untaken", export=None),
        group("/gone", gone=NOW),
        group("/held", export="expensive"),
    ]

    assert [each.name for each in in_order(groups, held_back={"expensive": "too much"})] == ["/a"]


@pytest.mark.parametrize(
    ("tries", "reason", "expected"),
    [
        (1, "no", "/orders/nightly 2026-10: failed at the first try: no"),
        (2, "no", "/orders/nightly 2026-10: failed after 2 tries: no"),
        (3, None, "/orders/nightly 2026-10: failed after 3 tries: no reason given"),
        (1, "x" * 301, f"/orders/nightly 2026-10: failed at the first try: {'x' * 300}"),
    ],
)
def test_a_problem_says_which_period_of_which_group_and_why(tries, reason, expected):
    assert (
        problem(entry("2026-10", Part(0, 9, "failed", tries=tries, reason=reason), given_up=True)) == expected
    )


@pytest.mark.parametrize(
    ("count", "more"), [(0, []), (1, []), (20, []), (21, ["and 1 more"]), (400, ["and 380 more"])]
)
def test_as_many_problems_are_shown_as_one_can_read(count, more):
    problems = [f"/group/{number}" for number in range(count)]

    assert shown(problems) == problems[:20] + more


def test_the_problems_that_are_shown_fit_into_the_cause_of_a_failed_execution():
    worst = entry("2026-10-20", Part(0, 9, "failed", tries=10**6, reason="ü" * 999), given_up=True)
    worst = replace(worst, log_group="x" * 512)

    assert sum(len(text.encode()) for text in shown([problem(worst)] * 99)) < 32_768
