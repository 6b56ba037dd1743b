"""When an incident is over, and when people are reminded of one that is not."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from stepkeeper.domain.execution import Execution
from stepkeeper.domain.incident import Incident, is_reminder_due, reminded
from stepkeeper.domain.lineage import lineage_of, rerun_name
from stepkeeper.domain.missed import made_up_name
from stepkeeper.domain.recovery import LISTED_EVERY, is_turn, recovered_with, shows_recovery
from stepkeeper.domain.standing import EndedRun
from tests.unit.watched_pipelines import DUE, GATE, HOUR, MINUTE, RUNS, START, run

DAY = timedelta(days=1)
TOLD = DUE + MINUTE
INCIDENT = Incident("nightly-orders", START, DUE, "failed", told_at=TOLD, last_start=START)
BAD = run("bad", "FAILED")
YESTERDAYS = run("yesterdays", "FAILED", started=START - DAY)


def again(first: Execution) -> str:
    return rerun_name(attempt=2, lineage=lineage_of(first.arn), original_name=first.name)


def ended(name: str, started: datetime) -> EndedRun:
    return EndedRun(f"{RUNS}{name}", "SUCCEEDED", started, started + HOUR)


@pytest.mark.parametrize(
    ("executions", "name"),
    [
        ([BAD], None),
        ([run("yesterdays-success", started=START - HOUR, stopped=DUE + HOUR), BAD], None),
        ([run("by-hand", started=DUE + HOUR), BAD], "by-hand"),
        ([run("bad", stopped=DUE + HOUR, redriven=DUE)], "bad"),
        ([run(again(BAD), started=DUE + HOUR), BAD], again(BAD)),
        ([run(again(YESTERDAYS), started=DUE + HOUR), BAD, YESTERDAYS], None),
        ([run("tomorrow", started=START + DAY), BAD], "tomorrow"),
        ([run(made_up_name(GATE, START - DAY), started=DUE), BAD], None),
        ([run(made_up_name(GATE, START), started=DUE), BAD], made_up_name(GATE, START)),
        ([run("second", started=DUE + 2 * HOUR), run("first", started=DUE), BAD], "first"),
    ],
    ids=[
        "nothing since",
        "an earlier run that succeeds later",
        "a run by hand",
        "a redrive",
        "it was run again",
        "an earlier failure was run again",
        "the next start",
        "an earlier start is made up for",
        "it is made up for",
        "the first of several",
    ],
)
def test_a_run_for_the_missed_start_or_a_later_one_ends_an_incident(
    executions: Sequence[Execution], name: str | None
) -> None:
    success = recovered_with(INCIDENT, executions, gate=GATE)

    assert (success.arn if success else None) == (f"{RUNS}{name}" if name else None)


@pytest.mark.parametrize(
    ("success", "shows"),
    [
        (None, False),
        (ended("before", START - MINUTE), False),
        (ended("at-the-start", START), True),
        (ended(made_up_name(GATE, START - DAY), DUE), False),
        (ended(made_up_name(GATE, START), DUE), True),
        (ended(again(YESTERDAYS), DUE), None),
        (ended(again(YESTERDAYS), START - MINUTE), False),
    ],
)
def test_the_success_that_was_started_last_shows_whether_the_incident_is_over_or_that_a_list_must(
    success: EndedRun | None, shows: bool | None
) -> None:
    assert shows_recovery(INCIDENT, success, gate=GATE) is shows


@pytest.mark.parametrize(
    ("reminded_at", "now", "is_due"),
    [
        (None, TOLD + HOUR - MINUTE, False),
        (None, TOLD + HOUR, True),
        (TOLD + HOUR, TOLD + HOUR + MINUTE, False),
        (TOLD + HOUR, TOLD + 2 * HOUR, True),
    ],
)
def test_people_are_reminded_every_so_often(
    reminded_at: datetime | None, now: datetime, is_due: bool
) -> None:
    assert is_reminder_due(replace(INCIDENT, reminded_at=reminded_at), HOUR, now=now) is is_due


def test_reminders_do_not_drift_and_those_of_a_pause_are_one() -> None:
    late = reminded(INCIDENT, HOUR, now=TOLD + 3 * HOUR + 20 * MINUTE)

    assert late.reminded_at == TOLD + 3 * HOUR
    assert not is_reminder_due(late, HOUR, now=TOLD + 3 * HOUR + 21 * MINUTE)
    assert is_reminder_due(late, HOUR, now=TOLD + 4 * HOUR)


def test_the_pipelines_of_open_incidents_take_turns_in_being_listed() -> None:
    names = [f"pipeline-{number}" for number in range(900)]
    ticks = [TOLD + each * MINUTE for each in range(16)]

    turns = [
        [name for name in names if is_turn(name, since=before, now=now)] for before, now in pairwise(ticks)
    ]

    assert LISTED_EVERY == 15 * MINUTE
    assert sorted(name for turn in turns for name in turn) == sorted(names)
    assert max(map(len, turns)) < 90
