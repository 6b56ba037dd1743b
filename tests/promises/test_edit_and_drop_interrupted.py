"""Wherever what a person asks for breaks off: nothing is lost, nothing doubled, and a person's word holds."""

from collections.abc import Callable

import pytest

from tests.promises.interruption import Call, Scenario, somebody_calls_again, visit
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


def it_ran(stage: Stage) -> None:
    """With which input is among the promises."""
    assert [run.input for run in stage.world.step_functions.runs if run.name.startswith("r")]


def it_did_not_run(stage: Stage) -> None:
    [key] = [key for key, wishes in stage.ledger.drops.items() if wishes]
    assert not any(key.lineage in run.name for run in stage.world.step_functions.runs)


SCENARIOS = {
    "an edit": Scenario(33, an_edit, somebody_calls_again, it_ran),
    "an edit in quarantine": Scenario(34, an_edit_in_quarantine, somebody_calls_again, it_ran),
    "an edit of what is no envelope": Scenario(
        34, an_edit_of_what_is_no_envelope, somebody_calls_again, it_ran
    ),
    "a drop": Scenario(34, a_drop, somebody_calls_again, it_did_not_run),
    "a drop in quarantine": Scenario(33, a_drop_in_quarantine, somebody_calls_again),
}


@pytest.mark.parametrize("name", SCENARIOS)
def test_nothing_is_lost_or_doubled_and_the_word_holds(
    name: str, simulation: Simulation, visited: Callable[..., None]
) -> None:
    visited(points=visit(simulation, SCENARIOS[name]))
