"""Wherever what a person asks for breaks off: nothing is lost, nothing doubled, and a person's word holds."""

from collections.abc import Callable

import pytest

from tests.promises.interruption import Call, Scenario, nobody_calls_again, the_caller_calls_again, visit
from tests.promises.stage import Stage
from tests.simulated.simulation import Simulation

EDITED = {"order": "another"}


def an_edit(stage: Stage) -> Call:
    [failed] = stage.spool(stage.without, "2026-11-21")
    return lambda: stage.edit(failed.key.lineage, EDITED)


def an_edit_in_quarantine(stage: Stage) -> Call:
    stage.simulation.invoke("error_spooler", stage.fail_often(stage.without, 3))
    [failed] = stage.ledger.failures.values()
    return lambda: stage.edit(failed.key.lineage, EDITED)


def an_edit_of_what_is_no_envelope(stage: Stage) -> Call:
    """Its id is all that tells what it is, and it gets another one on its way back to the spool."""
    stage.put('{"key": "12345"}', stage.world.quarantine, input={"key": "12345"})
    [failed] = stage.ledger.failures.values()
    return lambda: stage.edit(failed.key.lineage, EDITED)


def a_drop(stage: Stage) -> Call:
    [failed, _] = stage.spool(stage.without, "dropped", "other")
    return lambda: stage.drop(failed.key.lineage)


def a_drop_in_quarantine(stage: Stage) -> Call:
    stage.simulation.invoke("error_spooler", stage.fail_often(stage.without, 3))
    [failed] = stage.ledger.failures.values()
    return lambda: stage.drop(failed.key.lineage)


def edited_it_ran(stage: Stage) -> None:
    assert [run.input for run in stage.world.step_functions.runs if run.name.startswith("r")]


def it_did_not_run(stage: Stage) -> None:
    [key] = [key for key, wishes in stage.ledger.drops.items() if wishes]
    assert not any(key.lineage in run.name for run in stage.world.step_functions.runs)


SCENARIOS = {
    "an edit": Scenario(an_edit, the_caller_calls_again, edited_it_ran),
    "an edit, asked for once": Scenario(an_edit, nobody_calls_again),
    "an edit in quarantine": Scenario(an_edit_in_quarantine, the_caller_calls_again, edited_it_ran),
    "an edit of what is no envelope": Scenario(
        an_edit_of_what_is_no_envelope, the_caller_calls_again, edited_it_ran
    ),
    "a drop": Scenario(a_drop, the_caller_calls_again, it_did_not_run),
    "a drop, asked for once": Scenario(a_drop, nobody_calls_again),
    "a drop in quarantine": Scenario(a_drop_in_quarantine, the_caller_calls_again),
}


@pytest.mark.parametrize("name", SCENARIOS)
def test_nothing_is_lost_or_doubled_and_the_word_holds(
    name: str, simulation: Simulation, visited: Callable[..., None]
) -> None:
    visited(points=visit(simulation, SCENARIOS[name]))
