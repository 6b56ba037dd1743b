"""Wherever an edit or a drop breaks off, the run is still there, and the person's word counts."""

from contextlib import suppress

import pytest
from botocore.exceptions import ConnectionClosedError

from stepkeeper.errors import StepkeeperError
from stepkeeper.spool.errors import NotWaiting
from tests.handlers.interruptions import points
from tests.wire import BREAKS, Crash

WHY = "the key was wrong"


def spooled(failing):
    """A run on the spool, with a message of its own and one that was sent twice."""
    failing.put_failed()
    return failing.fail()


def quarantined(failing):
    failing.simulation.template.overrides["MaxAttempts"] = "1"
    lineage = failing.fail()
    failing.simulation.template.overrides["MaxAttempts"] = "3"
    return lineage


WAITING = (spooled, quarantined)


def interrupted(failing, waiting, how, action, **more):
    """The lineage of a run, each time its edit or drop was broken off, at one call after another."""
    failing.ask(action, lineage=waiting(failing), reason=WHY, **more)
    calls = list(failing.simulation.wire.calls)
    for number in points(calls):
        failing.begin_again()
        lineage = waiting(failing)
        with (
            failing.simulation.wire.breaking(number, how),
            suppress(Crash, ConnectionClosedError, StepkeeperError),
        ):
            failing.ask(action, lineage=lineage, reason=WHY, **more)
        assert failing.world.spool.bodies or failing.world.quarantine.bodies or action == "drop"
        failing.world.spool.redeliver()
        failing.world.quarantine.redeliver()
        yield lineage, f"{how} call {number} ({calls[number]})"


@pytest.mark.parametrize("how", BREAKS)
@pytest.mark.parametrize("waiting", WAITING, ids=lambda waiting: waiting.__name__)
def test_an_edit_that_was_broken_off_is_made_by_the_next_try(waiting, how, failing):
    for lineage, where in interrupted(failing, waiting, how, "edit", input={"key": "new"}):
        failing.ask("edit", lineage=lineage, input={"key": "new"}, reason=WHY)
        failing.ask()

        assert [run.input for run in failing.reruns] == ['{"key":"new"}'], where
        assert failing.world.spool.messages == [], where


@pytest.mark.parametrize("how", BREAKS)
def test_an_edit_that_was_broken_off_and_given_up_runs_once_with_one_input_or_the_other(how, failing):
    for _, where in interrupted(failing, quarantined, how, "edit", input={"key": "new"}):
        for source in ("spool", "quarantine"):
            failing.ask(plan=failing.plan(override="restart", **{"from": source}))

        (run,) = failing.reruns
        assert run.input in ('{"key":"new"}', '{"key":"2026-11-21"}'), where
        assert failing.world.spool.messages == failing.world.quarantine.messages == [], where


@pytest.mark.parametrize("how", BREAKS)
@pytest.mark.parametrize("waiting", WAITING, ids=lambda waiting: waiting.__name__)
def test_a_drop_that_was_broken_off_is_made_by_the_next_try(waiting, how, failing):
    for lineage, where in interrupted(failing, waiting, how, "drop"):
        with suppress(NotWaiting):  # it was made, and only the answer was lost
            failing.ask("drop", lineage=lineage, reason=WHY)
        failing.ask()

        assert failing.reruns == [], where
        assert failing.ask("history", lineage=lineage)["state"] == "dropped", where
        assert failing.world.spool.messages == failing.world.quarantine.messages == [], where
