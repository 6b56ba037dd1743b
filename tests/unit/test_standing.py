"""How a pipeline stands, in whichever order it is told of its runs."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from stepkeeper.domain.execution import Execution
from stepkeeper.domain.standing import EndedRun, Standing, ended_run, standing_of

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
MINUTE, MILLISECOND = timedelta(minutes=1), timedelta(milliseconds=1)


def run(status: Any, started: int, stopped: int, redrives: int = 0, name: str = "") -> EndedRun:
    """Moments are minutes after noon."""
    return EndedRun(name or f"run-{started}", status, at(started), at(stopped), redrives)


def at(minutes: int) -> datetime:
    return NOON + minutes * MINUTE


def listed(
    status: Any, started: int, stopped: int | None, redriven: int | None = None, count: int = 0
) -> Execution:
    name = f"run-{started}"
    return Execution(
        name,
        name,
        status,
        at(started),
        None if stopped is None else at(stopped),
        None if redriven is None else at(redriven),
        count,
    )


FAILED, SUCCEEDED = run("FAILED", 0, 5), run("SUCCEEDED", 1, 4)

LATEST = {
    "the one that was started last counts, not the one that ended last": ([FAILED, SUCCEEDED], SUCCEEDED),
    "a redrive comes after what it redrives": (
        [run("FAILED", 0, 5), run("SUCCEEDED", 0, 9, redrives=1), run("FAILED", 0, 7, redrives=0)],
        run("SUCCEEDED", 0, 9, redrives=1),
    ),
    "a redrive of an old run does not count": ([SUCCEEDED, run("FAILED", 0, 90, redrives=3)], SUCCEEDED),
    "of one run that is told of twice, the earlier end is the true one": (
        [run("FAILED", 0, 5), run("FAILED", 0, 8)],
        run("FAILED", 0, 5),
    ),
    "of two that were started in the same millisecond it is always the same": (
        [run("FAILED", 0, 5, name="a"), run("SUCCEEDED", 0, 5, name="b")],
        run("SUCCEEDED", 0, 5, name="b"),
    ),
}


@pytest.mark.parametrize("case", LATEST)
def test_the_last_run_that_has_ended_is_the_same_in_any_order(case: str) -> None:
    runs, latest = LATEST[case]

    for order in permutations([*runs, *runs]):
        standing = Standing()
        for each in order:
            standing = standing.with_run(each)
        assert standing.ended == latest


def test_two_standings_come_to_the_same_whichever_comes_first() -> None:
    one, other = Standing().with_run(FAILED), Standing().with_run(SUCCEEDED)

    assert one.merged(other) == other.merged(one) == Standing(ended=SUCCEEDED, succeeded=SUCCEEDED)
    assert one.merged(one) == one.merged(Standing()) == one


@pytest.mark.parametrize(
    ("start", "has_succeeded"),
    [(at(1), True), (at(1) - MILLISECOND, True), (at(1) + MILLISECOND, False)],
)
def test_a_run_that_was_started_at_the_very_moment_counts(start: datetime, has_succeeded: bool) -> None:
    assert Standing().with_run(SUCCEEDED).succeeded_since(start) == has_succeeded


ENDED: dict[str, tuple[Execution, EndedRun | None]] = {
    "it runs": (listed("RUNNING", 0, None), None),
    "it has failed": (listed("FAILED", 0, 5), run("FAILED", 0, 5)),
    "it is redriven, and had failed": (listed("RUNNING", 0, None, redriven=7, count=1), run("FAILED", 0, 7)),
    "it waits for its redrive": (
        listed("PENDING_REDRIVE", 0, 5, redriven=7, count=2),
        run("FAILED", 0, 7, 1),
    ),
    "its redrive has ended": (listed("SUCCEEDED", 0, 9, redriven=7, count=1), run("SUCCEEDED", 0, 9, 1)),
}


@pytest.mark.parametrize("case", ENDED)
def test_what_has_ended_of_an_execution(case: str) -> None:
    execution, ended = ENDED[case]

    assert ended_run(execution) == ended


LISTS: dict[str, tuple[list[Execution], datetime | None, Standing, int]] = {
    "nothing": ([], None, Standing(), 0),
    "no more than the first page is read": (
        [listed("SUCCEEDED", 10, 12), listed("FAILED", 5, 9), listed("FAILED", 0, 1)],
        None,
        Standing(run("SUCCEEDED", 10, 12), run("SUCCEEDED", 10, 12)),
        2,
    ),
    "one that was started later may have ended sooner": (
        [listed("FAILED", 0, 12), listed("SUCCEEDED", 5, 9)],
        None,
        Standing(run("SUCCEEDED", 5, 9), run("SUCCEEDED", 5, 9)),
        2,
    ),
    "a success is looked for as far back as it counts": (
        [listed("FAILED", 10, 12), listed("SUCCEEDED", 5, 9), listed("SUCCEEDED", 0, 1)],
        at(5),
        Standing(run("FAILED", 10, 12), run("SUCCEEDED", 5, 9)),
        3,
    ),
    "and no further": (
        [listed("FAILED", 10, 12), listed("SUCCEEDED", 3, 4), listed("SUCCEEDED", 0, 1)],
        at(5),
        Standing(run("FAILED", 10, 12)),
        2,
    ),
}


@pytest.mark.parametrize("case", LISTS)
def test_a_list_is_read_no_further_than_needed(case: str) -> None:
    executions, since, standing, read = LISTS[case]
    left = iter(executions)

    assert standing_of(left, since=since) == replace(standing, listed=True)
    assert len(list(left)) == len(executions) - read
