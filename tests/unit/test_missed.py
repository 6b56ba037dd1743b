"""Which starts were missed while a gate was closed, and what becomes of them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from stepkeeper.domain.execution import Execution
from stepkeeper.domain.gate import Gate
from stepkeeper.domain.missed import (
    MOST_RUNS,
    ClosedTime,
    has_happened,
    made_up_name,
    settled_at,
    start_made_up,
    what_to_make_up,
)
from stepkeeper.domain.pipeline import Missed
from stepkeeper.domain.schedule import Schedule, parse_schedule

GATE, OTHER = Gate("rule", "default", "start-report"), Gate("schedule", "default", "start-report")
HOURLY = parse_schedule("cron(0 * * * ? *)", time_zone=UTC)
MINUTELY = parse_schedule("cron(* * * * ? *)", time_zone=UTC)


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-21T{clock}").replace(tzinfo=UTC)


def clocks(starts: tuple[datetime, ...]) -> str:
    return " ".join(f"{start:%H:%M}" for start in starts)


MADE_UP: dict[str, tuple[str, str, Missed, str, str, int]] = {
    "none": ("01:10", "01:50", "run-all", "", "", 0),
    "each": ("00:30", "03:30", "run-all", "01:00 02:00 03:00", "", 3),
    "the last": ("00:30", "03:30", "run-once", "03:00", "", 3),
    "dropped": ("00:30", "03:30", "drop", "", "", 3),
    "the first a minute after it was closed": ("00:59", "02:30", "run-all", "02:00", "01:00", 1),
    "the first later than that": ("00:58:59.999999", "02:30", "run-all", "01:00 02:00", "", 2),
    "the very moment in which it was closed": ("01:00", "01:30", "run-all", "", "01:00", 0),
    "within the minute before it was closed": ("01:00:59.999999", "01:30", "run-all", "", "01:00", 0),
    "a minute before it was closed": ("01:01", "01:30", "run-all", "", "", 0),
    "a minute before it was opened": ("00:30", "02:01", "run-all", "01:00 02:00", "", 2),
    "within the minute before it was opened": ("00:30", "02:00:59", "run-all", "01:00", "02:00", 1),
    "within the minute after it was opened": ("00:30", "01:59", "run-once", "", "02:00", 1),
    "later": ("00:30", "01:58:59", "run-once", "01:00", "", 1),
    "dropped ones are never looked for": ("00:59:30", "01:00:30", "drop", "", "", 0),
}


@pytest.mark.parametrize("case", MADE_UP)
def test_which_starts_are_made_up_for(case: str) -> None:
    closed, opened, missed, starts, unsure, count = MADE_UP[case]

    plan = what_to_make_up(ClosedTime(GATE, at(closed), at(opened)), HOURLY, missed)

    assert (clocks(plan.starts), clocks(plan.unsure), plan.missed) == (starts, unsure, count)


def test_of_very_many_starts_the_last_are_made_up_for() -> None:
    closed = ClosedTime(GATE, at("00:00:30"), at("00:00:30") + timedelta(minutes=MOST_RUNS + 10))

    plan = what_to_make_up(closed, MINUTELY, "run-all")

    assert len(plan.starts) + len(plan.unsure) == MOST_RUNS
    assert plan.missed > MOST_RUNS


def test_a_clock_that_changes_skips_and_repeats_no_start() -> None:
    berlin = parse_schedule("cron(30 2 * * ? *)", time_zone=ZoneInfo("Europe/Berlin"))
    closed = ClosedTime(GATE, datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 3, 30, 12, tzinfo=UTC))

    plan = what_to_make_up(closed, berlin, "run-all")

    assert [f"{start:%d %H:%M}" for start in plan.starts] == ["28 01:30", "30 00:30"]


HAPPENED: dict[str, tuple[Schedule, str, str, bool]] = {
    "at once": (HOURLY, "01:00", "a", True),
    "before": (HOURLY, "00:59:59.999", "a", False),
    "at the latest": (HOURLY, "01:01:30", "a", True),
    "later": (HOURLY, "01:01:30.001", "a", False),
    "that of the next minute": (MINUTELY, "01:01", "a", False),
    "late in its minute": (MINUTELY, "01:00:59", "a", True),
    "one that makes up for it": (HOURLY, "01:00:20", made_up_name(GATE, at("01:00")), True),
    "one that makes up for another": (HOURLY, "01:00:20", made_up_name(GATE, at("00:00")), False),
    "one that does another failed one again": (HOURLY, "01:00:20", "r1-0123456789abcdef-run", False),
}


@pytest.mark.parametrize("case", HAPPENED)
def test_whether_a_start_has_happened_by_itself(case: str) -> None:
    schedule, started, name, happened = HAPPENED[case]
    run = Execution(name, name, "RUNNING", at(started))

    assert has_happened(at("01:00"), schedule, [run], GATE) == happened
    assert not has_happened(at("01:00"), schedule, [], GATE)


def test_a_start_is_settled_when_it_must_have_happened_and_be_listed() -> None:
    assert settled_at(at("01:00")) == at("01:01:30")


def test_the_name_of_a_run_says_which_start_of_which_gate_it_makes_up_for() -> None:
    start = datetime(2026, 11, 21, 10, tzinfo=ZoneInfo("Asia/Tokyo"))
    name = made_up_name(GATE, start)

    assert name.startswith("missed-20261121T010000Z-")
    assert name == made_up_name(GATE, at("01:00")) != made_up_name(OTHER, at("01:00"))
    assert len(name) <= 80
    assert start_made_up(name, GATE) == at("01:00")
    assert start_made_up(name, OTHER) is None
    assert start_made_up(f"{name}0", GATE) is None
    assert start_made_up("missed-20261321T010000Z-0123456789abcdef", GATE) is None
