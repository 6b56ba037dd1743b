"""However often a load is started, and whatever becomes of the runs, it is loaded once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from local.deployed import Operator
from local.loads import loaded
from tests.e2e.support.loads import LOADING, WAITING, Loads
from tests.e2e.support.resources import name_of

STARTERS = 8
FIRST, EARLY, LATE = [8], [31] * 16, [31] * 16
"""How many are started at once, a thousand in all.

The embedded AWS runs eight functions at a time, and retries without jitter: more at once fail for want of
a function, and at first each of them has to be started.
"""


def burst(weekly: Loads, starts: int) -> list[str]:
    """Starts runs at once, and waits until all but one of them have ended."""
    with ThreadPoolExecutor(STARTERS) as starters:
        started = list(starters.map(lambda _: weekly.start(), range(starts)))
    weekly.operator.until("all but one have ended", lambda: len(weekly.running()) <= 1)
    return started


@pytest.fixture
def no_events(operator: Operator) -> Iterator[None]:
    """Nobody hears of it when a run has ended."""
    rule = name_of(operator, "LoadEndedRule")
    operator.client("events").disable_rule(Name=rule)
    yield
    operator.client("events").enable_rule(Name=rule)


def test_a_thousand_starts_for_one_week_all_end_green_and_load_once(weekly: Loads) -> None:
    early = [run for starts in FIRST + EARLY for run in burst(weekly, starts)]
    waiting = weekly.running()

    weekly.deliver(10)
    [loading] = [weekly.operator.finished(run) for run in waiting]
    late = [run for starts in LATE for run in burst(weekly, starts)]

    runs = [weekly.operator.describe(run) for run in [*early, *late]]
    assert len(runs) == 1_000
    assert [(run["error"], run["cause"]) for run in runs if run["status"] != "SUCCEEDED"] == []
    assert [run["executionArn"] for run in runs if '"loaded": true' in run["output"]] == [
        loading["executionArn"]
    ]
    assert sum(f"{loading['executionArn']} is at it" in run["output"] for run in runs) == len(early) - 1
    assert sum(f"{loading['executionArn']} has loaded it" in run["output"] for run in runs) == len(late)
    assert len(weekly.loading_jobs()) == 1
    assert loaded(weekly.bigquery) == {weekly.week: 10}


@pytest.mark.usefixtures("hurried")
def test_a_run_that_is_aborted_while_it_waits_lets_go_and_the_next_one_loads(weekly: Loads) -> None:
    aborted = weekly.start()
    weekly.until_in(aborted, WAITING)
    held = weekly.claim()

    weekly.abort(aborted)
    weekly.operator.until("the claim is released", lambda: "holder" not in weekly.claim())
    weekly.deliver(10)
    next_one = weekly.run()

    assert held["holder"] == aborted
    assert next_one["status"] == "SUCCEEDED"
    assert (weekly.claim()["holder"], weekly.claim()["done"]) == (next_one["executionArn"], True)
    assert loaded(weekly.bigquery) == {weekly.week: 10}


@pytest.mark.usefixtures("hurried", "no_events")
def test_a_run_that_ended_without_anybody_hearing_of_it_is_taken_over_by_the_next_one(weekly: Loads) -> None:
    aborted = weekly.start()
    weekly.until_in(aborted, WAITING)
    weekly.abort(aborted)
    held = weekly.claim()

    weekly.deliver(10)
    next_one = weekly.run()

    assert held["holder"] == aborted
    assert next_one["status"] == "SUCCEEDED"
    assert loaded(weekly.bigquery) == {weekly.week: 10}


@pytest.mark.usefixtures("hurried")
def test_a_run_that_is_aborted_while_it_loads_is_joined_by_the_next_one(weekly: Loads) -> None:
    weekly.deliver(10)
    weekly.bigquery.control("jobs", seconds=3)
    aborted = weekly.start()
    weekly.until_in(aborted, LOADING)

    weekly.abort(aborted)
    weekly.bigquery.control("jobs", seconds=0)
    next_one = weekly.run()

    [job] = weekly.loading_jobs()
    assert next_one["status"] == "SUCCEEDED"
    assert [status for started, status in weekly.inserts() if started == job] == [200, 409]
    assert loaded(weekly.bigquery) == {weekly.week: 10}


@pytest.mark.usefixtures("hurried")
def test_other_weeks_and_other_loads_are_not_in_the_way(weekly: Loads) -> None:
    waiting = weekly.start(periods_back=1)
    weekly.until_in(waiting, WAITING)
    weekly.deliver(10)

    this_week, other_load = weekly.run(), weekly.run(load=f"{weekly.name}-too")

    assert ['"loaded": true' in run["output"] for run in (this_week, other_load)] == [True, True]
    assert weekly.running() == {waiting}
    assert loaded(weekly.bigquery) == {weekly.week: 20}
