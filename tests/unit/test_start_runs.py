"""Which runs are for which start."""

from datetime import datetime, timedelta

import pytest

from stepkeeper.domain.execution import Execution
from stepkeeper.domain.gate import Gate
from stepkeeper.domain.lineage import lineage_of, rerun_name
from stepkeeper.domain.missed import made_up_name
from stepkeeper.domain.start_runs import StartTimes, runs_for
from tests.unit.watched_pipelines import GATE, HOUR, RUNS, START, at, run

TOMORROW = START + 24 * HOUR
NIGHT = StartTimes(START, TOMORROW)
A_MOMENT = timedelta(milliseconds=1)


def names(*executions: Execution, starts: StartTimes = NIGHT) -> list[str]:
    return [each.name for each in runs_for(starts, executions, gate=GATE)]


def again(first: str, attempt: int = 2) -> str:
    """The name of a further attempt of the lineage that begins with the run of a name."""
    return rerun_name(attempt=attempt, lineage=lineage_of(f"{RUNS}{first}"), original_name=first)


@pytest.mark.parametrize(
    ("started", "counts"),
    [
        (START - A_MOMENT, False),
        (START, True),
        (TOMORROW - A_MOMENT, True),
        (TOMORROW, False),
    ],
    ids=["just before", "at the start", "just before the next start", "at the next start"],
)
def test_a_run_is_for_the_start_in_whose_time_it_was_started(started: datetime, counts: bool) -> None:
    assert names(run("mine", started=started)) == (["mine"] if counts else [])


def test_a_run_that_a_person_started_counts_as_any_other() -> None:
    assert names(run("by-hand-3f2a", started=START + 5 * HOUR)) == ["by-hand-3f2a"]


def test_yesterdays_run_that_succeeds_after_todays_start_is_yesterdays() -> None:
    assert names(run("slow", started=START - 20 * HOUR, stopped=START + HOUR)) == []


def test_a_run_that_was_redriven_days_later_is_still_for_its_start() -> None:
    later = START + 50 * HOUR

    assert names(run("redriven", redriven=later, stopped=later + HOUR)) == ["redriven"]


def test_the_last_start_that_there_is_has_no_end() -> None:
    starts = StartTimes(START, None)

    assert names(run("late", started=START + 999 * HOUR), starts=starts) == ["late"]


def test_a_run_that_makes_up_for_a_start_is_for_that_start_whenever_it_began() -> None:
    mine = run(made_up_name(GATE, START), started=TOMORROW + HOUR)
    of_another = run(made_up_name(GATE, at("20 18:00")), started=START + HOUR)

    assert names(mine, of_another) == [mine.name]


def test_a_name_that_only_looks_like_that_of_a_made_up_run_says_nothing() -> None:
    of_another_gate = run(made_up_name(Gate("rule", "default", "other"), at("20 18:00")))

    assert names(of_another_gate) == [of_another_gate.name]


def test_a_run_that_is_run_again_is_for_the_start_of_the_first_one_whenever_it_began() -> None:
    first = run("first", "FAILED")
    second = run(again("first"), started=TOMORROW + HOUR)
    third = run(again("first", 3), started=TOMORROW + 2 * HOUR)

    assert names(third, second, first) == ["first", third.name, second.name]


def test_yesterdays_failure_that_is_run_again_today_is_not_todays_run() -> None:
    yesterdays = run("yesterdays", "FAILED", started=START - 24 * HOUR)
    repeated = run(again("yesterdays"), started=START + HOUR)

    assert names(repeated, yesterdays) == []


def test_what_made_up_for_a_start_and_was_run_again_is_for_that_start_too() -> None:
    made_up = run(made_up_name(GATE, START), "TIMED_OUT", started=TOMORROW + HOUR)
    repeated = run(again(made_up.name), started=TOMORROW + 3 * HOUR)

    assert names(repeated, made_up) == [made_up.name, repeated.name]
