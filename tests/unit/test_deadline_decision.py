"""What comes of a verdict: an alert that opens an incident, one more for an open one, or nothing."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from stepkeeper.domain.deadline_decision import Count, Nothing, Tell, decide, why_blocked
from stepkeeper.domain.deadline_verdict import Judged, judge_start
from stepkeeper.domain.execution import Execution
from stepkeeper.domain.hold import Hold
from stepkeeper.domain.incident import Incident, Told
from stepkeeper.domain.missed import ClosedTime
from tests.unit.watched_pipelines import DUE, GATE, HOUR, MINUTE, RUNS, START, deadline, run

NOW = DUE + MINUTE
DAY = timedelta(days=1)
INCIDENT = Incident("nightly-orders", START, DUE, "failed", told_at=NOW, last_start=START)


def judged(*runs: Execution, start: datetime = START) -> Judged:
    return judge_start(deadline(start), runs, now=NOW)


def decided(
    verdict: Judged, incident: Incident | None = None, told: Told | None = None, blocked: str | None = None
) -> Tell | Count | Nothing:
    return decide(verdict, incident, told, blocked_because=blocked, now=NOW)


def test_the_first_miss_is_told_and_opens_an_incident() -> None:
    decision = decided(judged(run("bad", "FAILED")))

    assert decision == Tell(
        replace(INCIDENT, run_arn=f"{RUNS}bad"),
        "the run that was started at 2026-11-21 18:00:00 UTC failed at 2026-11-21 19:00:00 UTC",
    )


def test_a_success_in_time_is_told_to_nobody() -> None:
    assert isinstance(decided(judged(run())), Nothing)


def test_what_succeeded_too_late_is_told_and_leaves_nothing_open() -> None:
    decision = decided(judged(run(stopped=DUE + MINUTE)))

    assert isinstance(decision, Tell)
    assert decision.incident is None


def test_a_miss_more_is_counted_while_the_incident_is_open() -> None:
    decision = decided(judged(start=START + DAY), INCIDENT)

    assert decision == Count(
        replace(INCIDENT, last_start=START + DAY, missed=2), "its incident is open already"
    )


@pytest.mark.parametrize("earlier", [timedelta(0), DAY], ids=["the same", "an earlier one"])
def test_what_the_incident_knows_of_is_not_counted_again(earlier: timedelta) -> None:
    decision = decided(judged(start=START - earlier), INCIDENT)

    assert decision == Count(INCIDENT, "its incident is open already")


@pytest.mark.parametrize(
    ("first", "last", "is_told"),
    [(START, START, False), (START - DAY, START + DAY, False), (START + DAY, START + DAY, True)],
    ids=["the same start", "within an incident", "before an incident"],
)
def test_people_are_told_of_a_start_once_also_when_the_tick_that_told_broke_off(
    first: datetime, last: datetime, is_told: bool
) -> None:
    assert isinstance(decided(judged(), told=Told(first, last)), Tell) is is_told


def test_what_was_not_started_since_its_gate_is_held_closed_is_not_told() -> None:
    assert decided(judged(), blocked="its gate is held closed") == Nothing("its gate is held closed")


def test_what_was_started_by_hand_and_failed_is_told_though_the_gate_is_held_closed() -> None:
    assert isinstance(decided(judged(run("by-hand", "FAILED")), blocked="held"), Tell)


@pytest.mark.parametrize(
    ("closed_at", "opened_at", "is_blocked"),
    [
        (None, None, False),
        (START - HOUR, None, True),
        (START, None, True),
        (START + MINUTE, None, False),
        (START - HOUR, START, False),
        (START - HOUR, START + MINUTE, True),
    ],
    ids=["being closed", "long before", "at the start", "after it", "opened by then", "opened after it"],
)
def test_a_start_is_blocked_where_its_gate_was_held_closed_when_it_came(
    closed_at: datetime | None, opened_at: datetime | None, is_blocked: bool
) -> None:
    hold = Hold(frozenset({"ingest"}), "ENABLED", "ingest failed", closed_at=closed_at, opened_at=opened_at)

    because = "its gate is held closed: ingest failed" if is_blocked else None
    assert why_blocked(deadline(), hold, [], watched={"ingest"}) == because


@pytest.mark.parametrize(
    ("closed_at", "opened_at", "is_blocked"),
    [
        (START, START + MINUTE, True),
        (START - HOUR, START, False),
        (START + MINUTE, START + HOUR, False),
    ],
)
def test_a_gate_that_is_open_again_was_no_ones_fault_when_the_start_came(
    closed_at: datetime, opened_at: datetime, is_blocked: bool
) -> None:
    because = why_blocked(deadline(), None, [ClosedTime(GATE, closed_at, opened_at)], watched=set())

    assert bool(because) is is_blocked


HELD = Hold(frozenset({"ingest"}), "ENABLED", "ingest failed", closed_at=START)


def test_a_start_that_was_kept_by_somebody_whom_nobody_watches_is_told() -> None:
    assert why_blocked(deadline(), HELD, [], watched={"report"}) is None


def test_a_start_is_blocked_also_while_nobody_knows_yet_that_its_gate_is_open_again() -> None:
    over = replace(HELD, owners=frozenset(), opened_at=START + MINUTE)

    assert why_blocked(deadline(), over, [], watched={"ingest"}) == "its gate is held closed: ingest failed"


def test_what_kept_a_start_then_counts_whoever_holds_the_gate_now() -> None:
    now = replace(HELD, owners=frozenset({"operator"}), closed_at=START + HOUR)
    then = ClosedTime(GATE, START - HOUR, START + MINUTE)

    assert why_blocked(deadline(), now, [then], watched={"ingest"})


def test_a_run_that_makes_up_for_a_start_has_a_gate_that_is_open() -> None:
    made_up_for = replace(deadline(), is_extra=True)

    assert why_blocked(made_up_for, HELD, [ClosedTime(GATE, START, START + HOUR)], watched={"ingest"}) is None


def test_a_gate_that_nobody_holds_blocks_nothing() -> None:
    assert why_blocked(deadline(), None, [], watched={"ingest"}) is None
