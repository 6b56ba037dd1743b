"""What becomes of a part of a period: tried, completed, tried again, split, given up."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepkeeper.domain import export_try as rules
from stepkeeper.domain.bucket_checker import next_part
from stepkeeper.domain.ledger import ENDED, Entry, Part
from stepkeeper.domain.log_exporter import Broken, Contents
from tests.export_values import DAY_MS, HOUR_MS, NOW, RUN, attempt, entry, ms, spans

AN_HOUR = timedelta(hours=1)
MOMENT = Broken(timedelta(minutes=3), "task-1 is FAILED: internal error")
TOO_MUCH = Broken(timedelta(hours=24), "task-1 is FAILED: no reason given")
OTHER_RUN = f"{RUN}-again"


def tried(
    made: Entry, at: int = 0, *, run: str | None = RUN, now: datetime = NOW, days: int | None = None
) -> Entry:
    return rules.tried(made, at, run=run, now=now, retention_days=days)


def part(length_ms: int, **changes) -> Part:
    return replace(Part(0, length_ms, "submitted", tries=1, tries_now=1, attempt=attempt()), **changes)


def in_run(*parts: Part) -> Entry:
    return entry("2026-10", *parts, run=RUN)


def test_a_try_is_written_down_with_its_name_and_its_place_before_anything_is_started():
    made = tried(entry())

    (first,) = made.parts
    assert first.attempt is not None
    assert first.attempt.name == "stepkeeper 2026-10 20261122T030000.000000Z-1 /orders/nightly"
    assert first.attempt.prefix == "standard-ia/exports/orders/nightly/2026-10/20261122T030000.000000Z-1"
    assert (first.attempt.began_at, first.attempt.task_id) == (NOW, None)
    assert (first.state, first.tries, first.tries_now, made.run, made.state) == (
        "planned",
        1,
        1,
        RUN,
        "submitted",
    )


def test_another_try_has_another_place_and_what_the_one_before_may_have_left_is_abandoned():
    first = tried(entry())

    second = tried(first, now=NOW + timedelta(microseconds=1))

    before, after = first.parts[0].attempt, second.parts[0].attempt
    assert before is not None
    assert after is not None
    assert second.parts[0].abandoned == (before.prefix,)
    assert (before.name, before.prefix) != (after.name, after.prefix)
    # No task was found of the first, so it is no reason to give up.
    assert (second.parts[0].tries, second.parts[0].tries_now) == (2, 1)


def test_a_try_that_never_was_is_not_counted_and_leaves_nothing_behind():
    made = entry(run=RUN)

    assert rules.not_started(tried(made), 0) == made


def test_a_try_that_never_was_takes_back_no_try_before_it():
    made = rules.failed(tried(entry()), 0, MOMENT).entry

    assert rules.not_started(tried(made), 0) == made


def test_tries_are_counted_for_each_run_and_all_together():
    made = entry()
    for _ in range(3):
        made = rules.failed(tried(made), 0, MOMENT).entry
    assert made.state == "failed"

    again = tried(made, run=OTHER_RUN)

    assert (again.parts[0].tries, again.parts[0].tries_now) == (4, 1)
    assert (again.run, again.given_up, again.state) == (OTHER_RUN, False, "submitted")


def test_a_try_without_a_run_begins_anew_only_where_it_was_given_up():
    made = tried(rules.failed(tried(entry(), run=None), 0, MOMENT).entry, run=None)
    assert made.parts[0].tries_now == 2

    given_up = replace(rules.failed(made, 0, MOMENT).entry, given_up=True)

    assert tried(given_up, run=None).parts[0].tries_now == 1


def test_another_run_tries_again_all_parts_that_failed_and_leaves_those_that_ended_alone():
    done, failed, planned = (
        Part(0, HOUR_MS, "completed", tries=1, objects=3, attempt=attempt()),
        Part(HOUR_MS, 2 * HOUR_MS, "failed", tries=3, tries_now=3, reason="no"),
        Part(2 * HOUR_MS, 3 * HOUR_MS, tries=2, tries_now=2),
    )
    made = entry("2026-10", done, failed, planned, run=RUN, given_up=True, refused=True)

    again = tried(made, 2, run=OTHER_RUN)

    assert again.parts[0] == done
    assert (again.parts[1].state, again.parts[1].tries, again.parts[1].tries_now) == ("planned", 3, 0)
    assert again.parts[2].tries_now == 1
    assert (again.given_up, again.refused) == (False, False)


def test_a_task_that_was_started_is_remembered_by_its_id():
    made = rules.submitted(tried(entry()), 0, "task-9")

    (first,) = made.parts
    assert first.attempt is not None
    assert (first.state, first.attempt.task_id, first.reason) == ("submitted", "task-9", None)


def test_a_task_of_a_try_that_is_not_written_down_changes_nothing():
    made = entry()

    assert rules.submitted(made, 0, "task-9") == made


def test_a_refusal_gives_the_entry_up_for_this_run_and_the_whole_group_with_it():
    made = rules.refused(tried(entry()), 0, reason="the bucket is gone")

    assert (made.state, made.refused, made.given_up, made.reason) == (
        "failed",
        True,
        True,
        "the bucket is gone",
    )
    assert made.parts[0].attempt is None
    assert next_part([made, entry("2026-09")], run=RUN) is None


@pytest.mark.parametrize(("objects", "state"), [(0, "empty"), (1, "completed")])
def test_a_part_that_is_in_the_bucket_has_been_counted(objects, state):
    made = rules.completed(rules.submitted(tried(entry()), 0, "task-9"), 0, Contents(objects, objects * 7))

    assert (made.parts[0].state, made.objects, made.bytes) == (state, objects, objects * 7)
    assert rules.all_ended(made)
    assert made.manifest is None


def test_a_period_is_ended_once_all_its_parts_are():
    made = in_run(part(HOUR_MS, state="completed"), part(HOUR_MS))

    assert not rules.all_ended(made)
    assert rules.all_ended(rules.completed(made, 1, Contents(0, 0)))


def test_a_recorded_period_belongs_to_no_run_any_more():
    made = rules.recorded(replace(entry(), run=RUN, given_up=True, refused=True), "exports/manifests/a.json")

    assert (made.run, made.given_up, made.refused, made.manifest) == (
        None,
        False,
        False,
        "exports/manifests/a.json",
    )


def test_a_task_that_failed_for_a_moments_reason_is_tried_three_times_in_one_run():
    made, reasons = entry(), []
    for number in range(3):
        failed = rules.failed(tried(made, now=NOW + number * AN_HOUR), 0, MOMENT)
        made = failed.entry
        reasons.append(failed.reason)

    assert [reason.partition(":")[0] for reason in reasons] == [
        "to be tried again", "to be tried again", "given up after 3 tries",
    ]  # fmt: skip
    assert (made.given_up, made.refused, made.state, made.tries) == (True, False, "failed", 3)
    assert len(set(made.parts[0].abandoned)) == 3
    assert made.reason == MOMENT.reason


@pytest.mark.parametrize(
    ("took", "reason", "is_split"),
    [
        (timedelta(hours=20), "no reason given", True),
        (timedelta(hours=20) - timedelta(milliseconds=1), "no reason given", False),
        (timedelta(0), "The export task timed out", True),
        (timedelta(0), "Time out", True),
        (timedelta(0), "TIMEOUT", True),
        (timedelta(0), "Too many log events", True),
        (timedelta(0), "The size is over the limit", False),
        (timedelta(0), "It did not end within 24 hours", True),
        (timedelta(0), "Access denied", False),
        (timedelta(0), "internal error at that time", False),
        (timedelta(0), "is CANCELLED: no reason given", False),
    ],
)
def test_a_part_is_split_where_it_took_too_long_or_its_task_says_that_it_is_too_large(took, reason, is_split):
    changed = rules.failed(in_run(part(DAY_MS)), 0, Broken(took, reason))

    assert len(changed.entry.parts) == (2 if is_split else 1)
    assert changed.reason.startswith("split in two" if is_split else "to be tried again")


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (2 * HOUR_MS, [HOUR_MS, HOUR_MS]),
        (2 * HOUR_MS + 1, [HOUR_MS, HOUR_MS + 1]),
        (2 * HOUR_MS - 1, [2 * HOUR_MS - 1]),
        (HOUR_MS, [HOUR_MS]),
        (1, [1]),
    ],
)
def test_no_part_is_shorter_than_an_hour_because_it_was_split(length, expected):
    changed = rules.failed(in_run(part(length)), 0, TOO_MUCH)

    assert [each.to_ms - each.from_ms for each in changed.entry.parts] == expected


@pytest.mark.parametrize(("parts", "expected"), [(62, 63), (63, 64), (64, 64)])
def test_a_period_never_has_more_than_64_parts(parts, expected):
    made = in_run(*(part((number + 1) * DAY_MS, from_ms=number * DAY_MS) for number in range(parts)))

    assert len(rules.failed(made, 10, TOO_MUCH).entry.parts) == expected


def test_the_halves_are_tried_anew_and_no_try_is_forgotten_or_counted_twice():
    made = in_run(part(DAY_MS, tries=5, tries_now=3, abandoned=("a",)))

    split = rules.failed(made, 0, TOO_MUCH).entry

    assert [(each.state, each.tries_now, each.attempt) for each in split.parts] == [("planned", 0, None)] * 2
    assert split.tries == 5
    assert [each.abandoned for each in split.parts] == [("a", attempt().prefix), ()]
    assert split.state == "planned"


def test_a_part_that_is_too_large_and_too_short_to_be_split_is_given_up_after_three_tries():
    changed = rules.failed(in_run(part(HOUR_MS, tries_now=3)), 0, TOO_MUCH)

    assert changed.entry.given_up
    assert changed.reason.startswith("given up after 3 tries")


def test_what_is_put_in_a_place_leaves_the_others_alone():
    parts = tuple(Part(number, number + 1) for number in range(3))

    changed = rules.put(entry("2026-10", *parts), 1, Part(1, 2, "failed"))

    assert changed.parts == (parts[0], Part(1, 2, "failed"), parts[2])


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (None, None),
        (60, None),
        # The month is older by three hours than what is kept for 52 days, and younger than 53 days.
        (53, None),
        (52, "2026-10-01T03:00"),
        (30, "2026-10-23T03:00"),
    ],
)
def test_a_period_of_which_a_part_may_have_expired_before_its_try_says_so(days, expected):
    made = tried(entry(), days=days)

    assert made.expired_before_ms == (ms(expected) if expected else None)


def test_what_had_expired_at_any_try_stays_said():
    made = tried(entry(), days=30)

    assert tried(made, days=None).expired_before_ms == made.expired_before_ms
    assert tried(made, days=3653).expired_before_ms == made.expired_before_ms
    assert tried(made, now=NOW + timedelta(days=1), days=30).expired_before_ms == ms("2026-10-24T03:00")
    assert tried(made, days=45).expired_before_ms == made.expired_before_ms


@given(
    st.integers(1, 40 * DAY_MS),
    st.lists(
        st.tuples(
            st.sampled_from(["complete", "moment", "too much", "busy", "refused", "lost answer"]),
            st.booleans(),
        ),
        max_size=200,
    ),
)
def test_whatever_fails_no_millisecond_is_lost_or_exported_twice(length, happenings):
    """Runs as export_logs does: the next part is tried, and something becomes of it."""
    start = ms("2026-10-01")
    made, run, now = entry("2026-10", Part(start, start + length)), 0, datetime(2026, 11, 22, tzinfo=UTC)
    started = 0

    for what, anew in happenings:
        run, now = run + anew, now + AN_HOUR
        found = next_part([made], run=f"run-{run}")
        if found is None:
            assert made.given_up or made.manifest
            continue
        at = made.parts.index(found.part)
        before = made.tries
        if not made.parts[at].attempt and made.parts[at].state not in ENDED:
            made = rules.tried(made, at, run=f"run-{run}", now=now, retention_days=None)
            started += 1
        if rules.all_ended(made):
            made = rules.recorded(made, "key")
        elif what == "busy":
            made = rules.not_started(made, at)
            started -= 1
            assert made.tries in (before, before - 1)
        elif what == "refused":
            made = rules.refused(made, at, reason="no")
        elif what == "lost answer":
            made = rules.tried(made, at, run=f"run-{run}", now=now + AN_HOUR / 2, retention_days=None)
            started += 1
        else:
            made = rules.submitted(made, at, f"task-{now}")
            if what == "complete":
                made = rules.completed(made, at, Contents(1, 7))
            else:
                made = rules.failed(made, at, MOMENT if what == "moment" else TOO_MUCH).entry

        planned = spans([made])
        assert planned == [(each.from_ms, each.to_ms) for each in made.parts]
        assert (planned[0][0], planned[-1][1]) == (start, start + length)
        assert all(earlier[1] == later[0] for earlier, later in pairwise(planned))
        assert len(made.parts) == 1 or all(last - first >= HOUR_MS for first, last in planned)
        assert len(made.parts) <= 64
        assert made.tries == started
        prefixes = [prefix for each in made.parts for prefix in each.abandoned]
        prefixes += [each.attempt.prefix for each in made.parts if each.attempt]
        assert len(prefixes) == len(set(prefixes))
        assert all(each.attempt for each in made.parts if each.state in ("completed", "empty"))
