"""What is missing of a log group's exports, and how each of its periods stands."""

from dataclasses import replace
from datetime import timedelta

import pytest

from stepkeeper.domain.audit import Gap
from stepkeeper.domain.export_gaps import ALL_PERIODS, audited, findings, unplanned
from stepkeeper.domain.export_plan import missing
from stepkeeper.domain.ledger import Part
from stepkeeper.domain.log_group import KnownGroup
from tests.export_values import DAY_MS, GROUP, KNOWN, LOG_GROUP, NOW, TABLE, attempt, entry, exported, ms

OVERDUE = timedelta(days=3)
A_MILLISECOND = timedelta(milliseconds=1)
FAILED = entry("2026-10", Part(0, 9, "failed", reason="the bucket is gone"), given_up=True)


def gaps(*entries, table=TABLE, group: KnownGroup = KNOWN, now=NOW) -> list[Gap]:
    return [found.gap for found in findings(table, group, entries, now=now, overdue=OVERDUE)]


def states(*entries) -> dict[str, str]:
    return dict(audited(TABLE, KNOWN, entries).periods)


@pytest.mark.parametrize(
    ("one", "state"),
    [
        (entry(), "planned"),
        (entry("2026-10", Part(0, 9, "submitted", attempt=attempt())), "submitted"),
        (exported(), "completed"),
        (exported(objects=0), "empty"),
        (entry(given_up=True), "failed"),
        (entry(lost="the log group was deleted"), "lost"),
        (entry(given_up=True, accepted="a test system"), "accepted"),
        (entry(lost="deleted", accepted="a test system"), "accepted"),
        # What is in the bucket is in the bucket, whatever of it had expired.
        (exported(accepted="expired before", expired_before_ms=5), "completed"),
    ],
)
def test_each_period_has_its_state(one, state):
    assert states(one) == {"2026-10": state}


def test_periods_are_told_in_their_order_and_what_is_in_the_bucket_is_counted_in_all_editions():
    group = audited(
        TABLE,
        KNOWN,
        [exported("2026-09"), entry("2026-10"), exported("2026-08"), exported("2026-08", edition=2)],
    )

    assert list(group.periods) == ["2026-08", "2026-09", "2026-10"]
    assert (group.objects, group.bytes) == (9, 900)
    assert (group.log_group, group.export, group.unit) == (GROUP, "nightly", "month")


@pytest.mark.parametrize("first", [{"lost": "deleted"}, {"given_up": True}, {"accepted": "so"}, {}])
def test_a_period_that_a_later_edition_has_in_the_bucket_is_completed_whatever_became_of_the_first(first):
    assert states(entry(**first), exported(edition=2)) == {"2026-10": "completed"}


@pytest.mark.parametrize("second", [{"lost": "deleted"}, {"given_up": True}, {}])
def test_a_period_that_the_first_edition_has_in_the_bucket_is_completed_whatever_becomes_of_the_next(second):
    assert states(exported(), entry(edition=2, **second)) == {"2026-10": "completed"}
    assert gaps(exported(), entry(edition=2, **second), now=NOW + timedelta(days=99)) == []


def test_a_period_whose_rest_is_not_in_the_bucket_is_not_completed():
    start = ms("2026-10-01")
    first = exported("2026-10", Part(start, start + DAY_MS))
    rest = entry("2026-10", Part(start + DAY_MS, ms("2026-11-01")), edition=2, given_up=True)

    assert states(first, rest) == states(rest, first) == {"2026-10": "failed"}
    assert [gap.period for gap in gaps(first, rest)] == ["2026-10"]


def test_what_lies_between_the_parts_of_an_edition_is_not_in_the_bucket_with_them():
    start = ms("2026-10-01")
    between = entry("2026-10-02", Part(start + DAY_MS, start + 2 * DAY_MS), given_up=True)
    around = exported(
        "2026-10", Part(start, start + DAY_MS), Part(start + 2 * DAY_MS, ms("2026-11-01")), edition=1
    )

    assert states(between, around) == {"2026-10": "completed", "2026-10-02": "failed"}
    assert [gap.period for gap in gaps(between, around)] == ["2026-10-02"]


@pytest.mark.parametrize(
    ("one", "state", "reason"),
    [
        (entry(given_up=True), "failed", "no reason given"),
        (FAILED, "failed", "the bucket is gone"),
        (entry(lost="the log group was deleted"), "lost", "the log group was deleted"),
    ],
)
def test_what_failed_or_is_lost_is_a_gap_at_once(one, state, reason):
    assert gaps(one) == [Gap(GROUP, "2026-10", state, reason)]


@pytest.mark.parametrize("one", [{"given_up": True}, {"lost": "deleted"}, {}])
def test_what_people_need_not_care_about_is_no_gap(one):
    assert gaps(entry(accepted="a test system", **one), now=NOW + timedelta(days=99)) == []


@pytest.mark.parametrize(
    ("planned_at", "since"),
    [
        # It was due at noon of the first.
        ("2026-11-02T03:00", "2026-11-02 03:00:00 UTC"),
        ("2026-11-01T12:00", "2026-11-01 12:00:00 UTC"),
    ],
)
def test_what_is_planned_is_overdue_so_long_after_it_was_planned_and_not_a_millisecond_before(
    planned_at, since
):
    planned = NOW.fromisoformat(f"{planned_at}:00+00:00")
    one = entry(planned_at=planned)

    assert gaps(one, now=planned + OVERDUE) == []
    assert gaps(one, now=planned + OVERDUE + A_MILLISECOND) == [
        Gap(GROUP, "2026-10", "planned", f"planned since {since}")
    ]


def test_what_was_planned_before_it_settled_is_overdue_after_it_has():
    settled = NOW.fromisoformat("2026-11-01T12:00:00+00:00")
    one = entry(planned_at=settled - timedelta(days=30))

    assert gaps(one, now=settled + OVERDUE) == []
    assert gaps(one, now=settled + OVERDUE + A_MILLISECOND) != []


def test_each_gap_comes_with_its_entry_and_so_can_be_told_once():
    one = entry(given_up=True, told="failed")

    (found,) = findings(TABLE, KNOWN, [one], now=NOW, overdue=OVERDUE)

    assert found.entry == one


def test_what_had_expired_before_it_was_exported_is_a_gap_although_it_is_in_the_bucket():
    made = exported(
        planned_at=NOW - timedelta(days=20), expired_before_ms=ms("2026-10-10"), edition=1
    )  # exported 20 days later, when ten days of it had expired

    assert gaps(made) == [
        Gap(
            GROUP,
            "2026-10",
            "completed",
            "events before 2026-10-10 00:00:00 UTC had expired before they were exported",
        )
    ]


@pytest.mark.parametrize(
    ("waited", "is_gap"),
    [
        (timedelta(days=9), True),
        # Of a period that had begun to expire when it was planned, nobody could have had all.
        (timedelta(days=9) - A_MILLISECOND, False),
        (timedelta(0), False),
    ],
)
def test_what_had_expired_when_it_was_planned_is_no_gap(waited, is_gap):
    made = exported(planned_at=NOW - waited, expired_before_ms=ms("2026-10-10"))

    assert bool(gaps(made)) is is_gap


def test_a_period_of_which_nothing_had_expired_is_no_gap():
    assert gaps(exported(planned_at=NOW - timedelta(days=20), expired_before_ms=None)) == []


def test_a_part_that_expired_while_the_one_before_it_was_exported_is_a_gap():
    middle = ms("2026-10-16")
    (first,) = exported("2026-10", Part(ms("2026-10-01"), middle)).parts
    (second,) = exported("2026-10", Part(middle, ms("2026-11-01"))).parts
    second = replace(second, attempt=attempt(NOW + timedelta(days=30)))
    made = exported(parts=(first, second), planned_at=NOW, expired_before_ms=ms("2026-10-20"))

    assert [gap.period for gap in gaps(made)] == ["2026-10"]


def test_a_part_that_was_tried_late_and_whole_does_not_make_an_old_loss_a_new_one():
    middle = ms("2026-10-16")
    (first,) = exported("2026-10", Part(ms("2026-10-01"), middle)).parts
    (second,) = exported("2026-10", Part(middle, ms("2026-11-01"))).parts
    second = replace(second, attempt=attempt(NOW + timedelta(days=10)))
    made = exported(parts=(first, second), planned_at=NOW, expired_before_ms=ms("2026-10-03"))

    assert gaps(made) == []


def test_a_retention_that_is_too_short_is_one_gap_of_all_periods():
    (gap,) = gaps(group=replace(KNOWN, retention_days=14))

    assert (gap.period, gap.state) == (ALL_PERIODS, "planned")
    assert "its retention of 14 days is shorter than a month" in str(gap.reason)
    assert gaps(group=replace(KNOWN, retention_days=14, gone=NOW)) == []


def test_what_no_run_has_planned_is_a_gap_once_it_is_overdue_unless_there_never_was_a_run():
    new = missing(replace(TABLE, back=1), LOG_GROUP, [], now=NOW)
    due = NOW.fromisoformat("2026-11-01T12:00:00+00:00")

    def found(now, *, has_begun=True):
        return [each.gap for each in unplanned(TABLE, new, has_begun=has_begun, now=now, overdue=OVERDUE)]

    assert found(due + OVERDUE) == []
    assert found(due + OVERDUE + A_MILLISECOND, has_begun=False) == []
    assert found(due + OVERDUE + A_MILLISECOND) == [
        Gap(
            GROUP,
            "2026-10",
            "planned",
            "due since 2026-11-01 12:00:00 UTC, and no run of export_logs has planned it",
        )
    ]
