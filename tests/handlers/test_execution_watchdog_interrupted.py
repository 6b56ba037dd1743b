"""Wherever a tick breaks off, the next ones tell what it has not told; twice is told at one place alone."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from botocore.exceptions import ConnectionClosedError

from stepkeeper.aws import extra_deadlines
from stepkeeper.deadlines.errors import DeadlinesNotJudged
from stepkeeper.domain.gate import Gate
from stepkeeper.domain.missed import made_up_name
from tests.handlers.ticking import DAY, HOUR, MINUTE, Ticking
from tests.wire import BREAKS, Break, Crash

START = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
DUE = START + 2 * HOUR
GATE = Gate("schedule", "default", "start-daily")


def begin(ticking: Ticking) -> None:
    ticking.add("daily", channel="#batch", blocks=["report"])
    ticking.add("report")
    del ticking.tables["report"]["succeeds_within"]
    ticking.write_map()
    ticking.tick(at=DUE - MINUTE)
    ticking.go_to(DUE)


def a_failure(ticking: Ticking) -> list[str]:
    begin(ticking)
    ticking.run("daily", "tonights", "FAILED", at=START)
    return ["daily FAILED"]


def nothing_has_started(ticking: Ticking) -> list[str]:
    begin(ticking)
    return ["daily is MISSING: it did not start"]


def a_success_that_is_too_late(ticking: Ticking) -> list[str]:
    begin(ticking)
    ticking.go_to(DUE + MINUTE / 2)
    ticking.run("daily", "tonights", at=START, took=2 * HOUR + MINUTE / 3)
    return ["daily was LATE"]


def the_end_of_an_incident(ticking: Ticking) -> list[str]:
    begin(ticking)
    ticking.tick()
    ticking.alerts()
    ticking.go_to(DUE + DAY)
    ticking.run("daily", "next", at=START + DAY, took=HOUR)
    return ["daily has RECOVERED after 23h"]


def one_more_miss_and_then_the_end(ticking: Ticking) -> list[str]:
    begin(ticking)
    ticking.tick()
    ticking.alerts()
    ticking.go_to(DUE + DAY + MINUTE)
    ticking.run("daily", "next", at=START + DAY, took=2 * HOUR + MINUTE)
    return ["daily has RECOVERED after 1d 1m"]


def a_reminder(ticking: Ticking) -> list[str]:
    begin(ticking)
    ticking.tables["daily"]["remind_every"] = "1h"
    ticking.write_map()
    ticking.tick()
    ticking.alerts()
    ticking.go_to(DUE + HOUR)
    return ["daily has not succeeded for"]


def what_made_up_for_a_start_fails(ticking: Ticking) -> list[str]:
    begin(ticking)
    dynamodb, table = ticking.simulation.client("dynamodb"), ticking.world.table.name
    extra_deadlines.put_extra_deadline(dynamodb, table, "daily", START, due=DUE + HOUR)
    ticking.run("daily", made_up_name(GATE, START), "FAILED", at=DUE - HOUR)
    ticking.tick()
    ticking.go_to(DUE + HOUR)
    return ["daily FAILED"]


SCENARIOS: dict[Callable[[Ticking], list[str]], str] = {
    a_failure: "PutItem",
    nothing_has_started: "PutItem",
    a_success_that_is_too_late: "PutItem",
    the_end_of_an_incident: "DeleteItem",
    one_more_miss_and_then_the_end: "DeleteItem",
    a_reminder: "PutItem",
    what_made_up_for_a_start_fails: "PutItem",
}
"""Each with the call by which it is remembered that people were told."""


@pytest.mark.parametrize("how", BREAKS)
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_a_tick_that_broke_off_is_made_up_for_and_tells_nothing_twice_that_it_has_remembered(
    ticking: Ticking, scenario: Callable[[Ticking], list[str]], how: Break, visited: Callable[..., None]
) -> None:
    scenario(ticking)
    calls = _calls(ticking)
    published = calls.index("sns:Publish")
    remembered = calls.index(f"dynamodb:{SCENARIOS[scenario]}", published)

    for call in range(len(calls)):
        ticking.start_anew()
        expected = scenario(ticking)
        with (
            ticking.simulation.wire.breaking(call, how),
            suppress(Crash, ConnectionClosedError, DeadlinesNotJudged),
        ):
            ticking.tick()
        ticking.tick(at=ticking.now + 3 * MINUTE)
        ticking.tick(at=ticking.now + MINUTE)

        may_be_told_twice = (
            (call == published and how != "crash before")
            or published < call < remembered
            or (call == remembered and how == "crash before")
        )
        told = [alert.startswith(text) for alert, text in zip(ticking.alerts(), expected * 2, strict=False)]
        assert told in ([[True], [True, True]] if may_be_told_twice else [[True]]), f"{call} of {calls}"
    visited(points=len(calls))


def _calls(ticking: Ticking) -> list[str]:
    """Those that the tick makes where nothing breaks."""
    ticking.simulation.wire.calls.clear()
    ticking.tick()
    return list(ticking.simulation.wire.calls)
