"""What a person has redriven by hand the reconciler does not take for a failure that nobody answers."""

from datetime import timedelta

from tests.handlers.spooling import Spooling
from tests.simulated.notices import status_change

SETTLED = timedelta(minutes=2)


def test_a_failure_that_was_redriven_since_is_not_spooled(spooling: Spooling) -> None:
    """Whoever redrove it has answered it; were it run again, its work would be done twice."""
    spooling.redrive(spooling.fails())

    assert spooling.reconcile(after=SETTLED)["repaired"] == []
    assert spooling.spooled == []


def test_a_redriven_run_that_failed_again_is_spooled_and_the_failure_before_is_not_run(
    spooling: Spooling,
) -> None:
    execution = spooling.fails()
    spooling.tell(execution)
    spooling.redrive(execution)
    spooling.world.step_functions.end(execution.arn, "FAILED")

    spooling.reconcile(after=SETTLED)
    spooling.run_again()

    assert [run.by for run in spooling.world.step_functions.runs] == ["start", "redrive", "start"]
    assert spooling.spooled == []


def test_a_redrive_of_which_no_event_told_is_noted_so_that_the_message_is_not_run(spooling: Spooling) -> None:
    execution = spooling.fails()
    spooling.tell(execution)
    spooling.redrive(execution)
    spooling.world.step_functions.end(execution.arn, "SUCCEEDED")

    spooling.reconcile(after=SETTLED)
    spooling.run_again()

    assert [run.by for run in spooling.world.step_functions.runs] == ["start", "redrive"]
    assert spooling.spooled == []


def test_a_redrive_is_noted_before_the_event_of_its_failure_has_come_at_last(spooling: Spooling) -> None:
    execution = spooling.fails()
    event = status_change(execution)
    spooling.redrive(execution)
    spooling.world.step_functions.end(execution.arn, "SUCCEEDED")

    spooling.reconcile(after=SETTLED)
    spooling.simulation.invoke("error_spooler", event)
    spooling.run_again()

    assert [run.by for run in spooling.world.step_functions.runs] == ["start", "redrive"]
    assert spooling.spooled == []
