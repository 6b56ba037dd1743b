"""Which deadlines are due, and which of them come first."""

from datetime import datetime, timedelta

import pytest

from stepkeeper.domain.deadline import (
    FIRST_LOOK_BACK,
    LONGEST_LOOK_BACK,
    Deadline,
    by_urgency,
    deadlines_due,
    expected,
    judged_after,
    superfluous,
    to_judge,
)
from stepkeeper.domain.pipeline import Pipeline
from stepkeeper.domain.pipeline_map import PipelineMap
from tests.unit import watched_pipelines
from tests.unit.watched_pipelines import DUE, GATE, HOUR, MINUTE, START, at, deadline, pipeline, schedule

SECOND = timedelta(seconds=1)


def due(
    after: datetime, until: datetime, *, within: timedelta = 2 * HOUR, cron: str = "0 18 * * ? *", zone="UTC"
) -> list[datetime]:
    its = watched_pipelines.expected(within=within)
    found = deadlines_due(its, schedule(f"cron({cron})", zone), after=after, until=until)
    return [each.start for each in found]


@pytest.mark.parametrize(
    ("after", "until", "is_due"),
    [
        (DUE - MINUTE, DUE - SECOND, False),
        (DUE - MINUTE, DUE, True),
        (DUE - SECOND, DUE + MINUTE, True),
        (DUE, DUE + MINUTE, False),
    ],
    ids=["just before", "at the very moment", "just after", "judged before"],
)
def test_a_deadline_is_due_in_the_tick_in_whose_time_it_falls_and_in_no_other(
    after: datetime, until: datetime, is_due: bool
) -> None:
    assert due(after, until) == ([START] if is_due else [])


def test_ticks_that_were_missed_are_made_up_for() -> None:
    assert due(DUE - MINUTE, DUE + timedelta(days=2)) == [START + timedelta(days=each) for each in range(3)]


def test_a_deadline_that_is_longer_than_the_time_between_two_starts_is_one_for_each_of_them() -> None:
    found = due(at("21 03:00"), at("21 03:02"), within=90 * MINUTE, cron="* * * * ? *")

    assert found == [at("21 01:31"), at("21 01:32")]


@pytest.mark.parametrize(
    ("cron", "zone", "after", "until", "starts"),
    [
        # The clock goes from 02:00 to 03:00 on March 8: there is no 02:30 that day.
        ("30 2 * * ? *", "America/New_York", "2026-03-08T00:00Z", "2026-03-09T12:00Z", ["2026-03-09T06:30Z"]),
        # It goes back from 02:00 to 01:00 on November 1: 01:30 is shown twice, and starts once.
        ("30 1 * * ? *", "America/New_York", "2026-11-01T00:00Z", "2026-11-02T00:00Z", ["2026-11-01T05:30Z"]),
        (
            "0 0 L * ? *",
            "UTC",
            "2026-02-01T00:00Z",
            "2026-04-02T00:00Z",
            ["2026-02-28T00:00Z", "2026-03-31T00:00Z"],
        ),
    ],
    ids=["an hour that is skipped", "an hour that comes twice", "the end of a month"],
)
def test_deadlines_are_counted_from_the_starts_that_there_are(
    cron: str, zone: str, after: str, until: str, starts: list[str]
) -> None:
    found = due(datetime.fromisoformat(after), datetime.fromisoformat(until), cron=cron, zone=zone)

    assert found == [datetime.fromisoformat(each) for each in starts]


def test_the_deadline_after_a_start_is_counted_in_true_hours_when_clocks_change() -> None:
    """01:30 in New York and 3 hours are 03:30 by the clock, which was put back meanwhile."""
    its = watched_pipelines.expected(within=3 * HOUR)
    found = deadlines_due(
        its,
        schedule("cron(30 1 * * ? *)", "America/New_York"),
        after=datetime.fromisoformat("2026-11-01T05:00Z"),
        until=datetime.fromisoformat("2026-11-01T12:00Z"),
    )

    assert [each.due for each in found] == [datetime.fromisoformat("2026-11-01T08:30Z")]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, DUE - FIRST_LOOK_BACK),
        (DUE - 3 * HOUR, DUE - 3 * HOUR),
        (DUE - timedelta(days=30), DUE - LONGEST_LOOK_BACK),
    ],
    ids=["the first tick", "after a pause", "after a long pause"],
)
def test_a_tick_looks_back_as_far_as_it_helps(before: datetime | None, after: datetime) -> None:
    assert judged_after(before, now=DUE) == after


def test_a_start_that_is_made_up_for_is_judged_by_its_extra_deadline_alone() -> None:
    extra = Deadline(DUE + HOUR, "nightly-orders", START, is_extra=True)

    assert to_judge([deadline()], [extra], now=DUE) == []
    assert to_judge([], [extra], now=DUE + HOUR) == [extra]


def test_of_two_extra_deadlines_for_a_start_the_earlier_one_counts() -> None:
    first, second = (Deadline(DUE + each * HOUR, "nightly-orders", START, is_extra=True) for each in (1, 2))

    assert superfluous([first, second]) == [second]
    assert to_judge([], [second, first], now=DUE + 3 * HOUR) == [first]


def test_a_pipeline_without_a_gate_or_without_a_time_has_no_deadlines() -> None:
    pipelines = PipelineMap((pipeline("a"), Pipeline("b", "b"), Pipeline("c", "c", started_by=GATE)))

    assert list(expected(pipelines)) == ["a"]


def test_what_is_due_longest_comes_first_and_then_what_blocks_most() -> None:
    pipelines = PipelineMap(
        (pipeline("alone"), pipeline("first", blocks=("between",)), pipeline("between", blocks=("alone",)))
    )
    late = {name: [deadline(START + MINUTE)] for name in ("alone", "first", "between")}

    assert by_urgency(late, pipelines) == ["first", "between", "alone"]
    assert by_urgency({**late, "alone": [deadline()]}, pipelines) == ["alone", "first", "between"]
