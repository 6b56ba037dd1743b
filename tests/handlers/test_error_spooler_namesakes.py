"""Step Functions gives a name again after 90 days: then it is another run, whose failure is kept too."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from stepkeeper.domain.failure import FailureKey
from stepkeeper.domain.lineage import lineage_of
from tests.handlers.spooling import Spooling
from tests.simulated.executions import Execution

HALF_A_YEAR = timedelta(days=180)

Tell = Callable[[Spooling, Execution], Any]


def by_event(spooling: Spooling, execution: Execution) -> Any:
    return spooling.tell(execution)


def by_catch(spooling: Spooling, execution: Execution) -> Any:
    return spooling.catch(execution)


def by_the_reconciler(spooling: Spooling, execution: Execution) -> Any:  # noqa: ARG001 - it finds it itself
    return spooling.reconcile(after=timedelta(minutes=3))


TELLERS: list[Tell] = [by_event, by_catch, by_the_reconciler]


@pytest.mark.parametrize("tell", TELLERS)
@pytest.mark.parametrize("tell_first", [by_event, by_catch])
def test_a_run_that_has_the_name_of_one_of_long_ago_is_spooled_and_run_again(
    tell_first: Tell, tell: Tell, spooling: Spooling
) -> None:
    tell_first(spooling, spooling.fails("monday", input='"then"'))
    spooling.run_again()
    spooling.world.step_functions.end(spooling.world.step_functions.runs[-1].execution.arn, "SUCCEEDED")
    spooling.world.clock.move(HALF_A_YEAR)
    now = spooling.fails("monday", input='"now"')

    tell(spooling, now)
    record = spooling.remembered(FailureKey(lineage_of(now.arn), 1))
    spooling.run_again()

    assert record is not None
    assert (record.answer, record.failed_at) == (None, now.stopped_at)
    assert [run.input for run in spooling.world.step_functions.runs] == ['"then"', '"then"', '"now"', '"now"']


@pytest.mark.parametrize("tell", TELLERS)
def test_a_run_of_the_same_name_is_kept_once_too(tell: Tell, spooling: Spooling) -> None:
    spooling.tell(spooling.fails("monday"))
    spooling.run_again()
    spooling.world.clock.move(HALF_A_YEAR)
    now = spooling.fails("monday")

    for _ in range(2):
        tell(spooling, now)

    assert [envelope.execution_arn for envelope in spooling.spooled] == [now.arn]


@pytest.mark.parametrize("tell", [by_event, by_catch])
def test_a_run_that_went_on_for_months_is_not_taken_for_two(tell: Tell, spooling: Spooling) -> None:
    run = spooling.simulation.start(spooling.pipeline, "long")
    spooling.world.clock.move(HALF_A_YEAR)
    execution = spooling.world.step_functions.end(run, "FAILED")
    tell(spooling, execution)
    spooling.world.clock.move(timedelta(days=13))

    tell(spooling, execution)
    spooling.tell(execution)

    assert len(spooling.spooled) == 1
