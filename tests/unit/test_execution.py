"""Which of several executions is the latest, given the order in which ListExecutions tells of them."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from stepkeeper.domain.execution import Execution, latest

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def at(hours: float) -> datetime:
    return NOON + timedelta(hours=hours)


def run(
    name: str, started: float, stopped: float | None = None, *, redriven: float | None = None
) -> Execution:
    return Execution(
        arn=f"arn:aws:states:ap-northeast-1:123456789012:execution:nightly-orders:{name}",
        name=name,
        status="RUNNING" if stopped is None else "FAILED",
        started_at=at(started),
        stopped_at=None if stopped is None else at(stopped),
        redriven_at=None if redriven is None else at(redriven),
    )


def reading(executions: Iterable[Execution], read: list[str]) -> Iterator[Execution]:
    for execution in executions:
        read.append(execution.name)
        yield execution


def test_there_is_no_latest_run_where_there_is_none() -> None:
    assert latest([]) is None
    assert latest([], since=NOON) is None


def test_the_latest_run_is_the_one_that_was_started_last_even_if_another_one_ended_later() -> None:
    slow = run("slow", started=0, stopped=10)
    quick = run("quick", started=5, stopped=6)

    assert latest([slow, quick]) == quick


def test_a_run_that_was_started_exactly_at_since_counts() -> None:
    exactly = run("exactly", started=0, stopped=1)

    assert latest([exactly], since=at(0)) == exactly


def test_a_run_that_was_started_a_moment_before_since_does_not_count_however_late_it_ended() -> None:
    before = run("before", started=-0.001, stopped=5)

    assert latest([before], since=at(0)) is None


def test_a_run_that_ended_after_since_but_started_before_it_hides_none_that_started_after_it() -> None:
    long = run("long", started=-5, stopped=9)
    short = run("short", started=1, stopped=2)

    assert latest([long, short], since=at(0)) == short


def test_an_old_run_that_is_being_redriven_hides_none_that_started_after_since() -> None:
    """While it runs again, ListExecutions puts it first, by the time of the redrive."""
    redriven = run("redriven", started=-48, redriven=5)
    todays = run("todays", started=1, stopped=2)

    assert latest([redriven, todays], since=at(0)) == todays


def test_an_old_run_that_was_redriven_today_is_not_todays_run() -> None:
    redriven = run("redriven", started=-48, stopped=6, redriven=5)

    assert latest([redriven], since=at(0)) is None
    assert latest([redriven]) == redriven


def test_of_two_runs_that_were_started_at_once_the_one_that_is_listed_first_is_the_latest() -> None:
    first, second = run("first", started=0, stopped=2), run("second", started=0, stopped=1)

    assert latest([first, second]) == first


def test_nothing_is_read_beyond_the_first_run_that_was_listed_before_the_best_was_started() -> None:
    runs = [run("best", 9, 10), run("overlapping", 1, 9.5), run("before", 7, 8), run("never-read", 5, 6)]
    read: list[str] = []

    latest(reading(runs, read))

    assert read == ["best", "overlapping", "before"]


def test_nothing_is_read_beyond_the_first_run_that_was_listed_before_since() -> None:
    runs = [run("long", -9, 1), run("before", -2, -1), run("never-read", -4, -3)]
    read: list[str] = []

    latest(reading(runs, read), since=at(0))

    assert read == ["long", "before"]


@st.composite
def any_run(draw: st.DrawFn) -> Execution:
    started = draw(st.integers(0, 20))
    redriven = draw(st.none() | st.integers(started, 30))
    stopped = draw(st.none() | st.integers(max(started, redriven or 0), 40))
    return run(f"r{draw(st.integers())}", started, stopped, redriven=redriven)


@given(st.lists(any_run(), max_size=8), st.none() | st.integers(-1, 31))
def test_what_is_not_read_changes_nothing(runs: list[Execution], since: int | None) -> None:
    def listed_at(execution: Execution) -> datetime:
        return execution.stopped_at or execution.redriven_at or execution.started_at

    listed = sorted(runs, key=listed_at, reverse=True)
    floor = at(since) if since is not None else at(-99)

    found = latest(listed, since=at(since) if since is not None else None)

    best = max((r.started_at for r in runs if r.started_at >= floor), default=None)
    assert (found.started_at if found else None) == best
