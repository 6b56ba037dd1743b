"""Wherever the error spooler breaks off: what failed is kept, and runs once (promises 1 and 2)."""

import json
from collections.abc import Callable

import pytest

from tests.promises.failures import RESTART
from tests.promises.interruption import Call, Scenario, lambda_repeats, visit
from tests.promises.stage import Stage
from tests.simulated.simulation import Simulation

LARGE = {"order": "x" * 260_000}
"""Over 248 KiB: the event leaves it out."""


def telling(event_of: Callable[[Stage], object]) -> Callable[[Stage], Call]:
    """The invocation by an event; it has the same request id however often Lambda repeats it."""

    def arrange(stage: Stage) -> Call:
        event = event_of(stage)
        return lambda: stage.simulation.invoke("error_spooler", event, request_id="request-1")

    return arrange


def caught(stage: Stage) -> object:
    return stage.catch(stage.start(stage.with_catch, "2026-11-21"))


def told_by_event(stage: Stage) -> object:
    return stage.fail(stage.without, "2026-11-21")


def told_without_its_input(stage: Stage) -> object:
    event = stage.fail(stage.without, "2026-11-21", LARGE)
    assert event["detail"]["input"] is None
    return event


def told_after_its_catch(stage: Stage) -> object:
    run = stage.start(stage.with_catch, "2026-11-21")
    stage.simulation.invoke("error_spooler", stage.catch(run))
    return stage.end_caught(run)


def a_bare_input(stage: Stage) -> object:
    return stage.tell_input({"key": "12345"}, "request-1")


def failed_for_the_third_time(stage: Stage) -> object:
    stage.spool(stage.without, "2026-11-21")
    for _ in range(2):
        stage.simulation.invoke("reprocessor", {})
        rerun = stage.world.step_functions.runs[-1].execution
        event = stage.end(rerun)
        if stage.ledger.failed(rerun).key.attempt < 3:
            stage.simulation.invoke("error_spooler", event)
    return event


def redriven_by_hand(stage: Stage) -> object:
    [failed] = stage.spool(stage.without, "2026-11-21")
    return stage.redrive_by_hand(failed)


def the_catch_tries_again(stage: Stage, call: Call) -> None:
    """Its state repeats the call, then the run ends, and its event comes too."""
    call()
    its_event_comes(stage, call)


def its_event_comes(stage: Stage, _call: Call) -> None:
    [run] = [run for run in stage.world.step_functions.runs if not RESTART.match(run.name)]
    stage.simulation.invoke("error_spooler", stage.end_caught(run.execution))


def it_waits_for_a_person(stage: Stage) -> None:
    assert {json.loads(body)["attempt"] for body in stage.world.quarantine.bodies} == {3}


def nothing_was_started(stage: Stage) -> None:
    assert [run.by for run in stage.world.step_functions.runs] == ["start", "redrive"]


SCENARIOS = {
    "a Catch, which tries again": Scenario(3, telling(caught), the_catch_tries_again),
    "a Catch, which does not try again": Scenario(3, telling(caught), its_event_comes),
    "an event": Scenario(4, telling(told_by_event), lambda_repeats),
    "an event without the input": Scenario(5, telling(told_without_its_input), lambda_repeats),
    "the event of what a Catch has told": Scenario(2, telling(told_after_its_catch), lambda_repeats),
    "an input that names no execution": Scenario(3, telling(a_bare_input), lambda_repeats),
    "a redrive by hand": Scenario(1, telling(redriven_by_hand), lambda_repeats, nothing_was_started),
    "a third failure": Scenario(4, telling(failed_for_the_third_time), lambda_repeats, it_waits_for_a_person),
}


@pytest.mark.parametrize("name", SCENARIOS)
def test_what_failed_is_kept_and_runs_once(
    name: str, simulation: Simulation, visited: Callable[[int], None]
) -> None:
    visited(points=visit(simulation, SCENARIOS[name]))
