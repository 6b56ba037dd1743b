"""No run outgrows its history of 25,000 events.

The worst case is added up from the numbers in the definition: every state as often as it may be visited,
every visit with all its retries used up. A run never gets that far, since a retrier that is used up ends it.
"""

import pytest

from tests.contract.machines import (
    Definition,
    Machine,
    State,
    edit,
    machine,
    machines,
    reachable,
    states,
    ways_on,
)
from tests.contract.visits import visits_in_loops

HISTORY_EVENTS = 25_000
"""Step Functions ends a run there (Step Functions Developer Guide, service quotas)."""

RUN_EVENTS = 3
"""ExecutionStarted, ExecutionSucceeded or ExecutionFailed, and EvaluationFailed where JSONata gives up."""

VISIT_EVENTS = {
    "Task": 5,  # entered, scheduled, started, succeeded or failed, exited
    "Pass": 2,  # entered, exited
    "Choice": 2,
    "Wait": 2,
    "Succeed": 2,
    "Fail": 1,
}
RETRY_EVENTS = 3
"""Scheduled, started, failed; the waiting in between leaves no event."""


def looped(definition: Definition) -> set[str]:
    """The states that a run can come back to."""
    return {
        name
        for name, state in states(definition)
        if any(name in reachable(definition, following) for following in ways_on(state))
    }


def events_of_a_visit(state: State) -> int:
    retries = sum(retrier["MaxAttempts"] for retrier in state.get("Retry", []))
    return VISIT_EVENTS[state["Type"]] + RETRY_EVENTS * retries


def events_of_the_longest_run(definition: Definition, visits: dict[str, int]) -> int:
    return RUN_EVENTS + sum(
        visits.get(name, 1) * events_of_a_visit(state) for name, state in states(definition)
    )


@pytest.mark.parametrize("it", machines(), ids=lambda it: it.logical_id)
def test_the_longest_run_fits_into_its_history(it: Machine) -> None:
    visits = visits_in_loops().get(it.logical_id, {})

    assert events_of_the_longest_run(it.definition, visits) < HISTORY_EVENTS


def test_a_few_retries_more_at_each_check_would_outgrow_it() -> None:
    # The numbers of LoadWhenReady are that close: whoever raises one has to lower another.
    definition = machine("LoadWhenReady").definition

    edit("States", "Is the data there?", "Retry", 0, "MaxAttempts", to=5)(definition)

    assert events_of_the_longest_run(definition, visits_in_loops()["LoadWhenReady"]) >= HISTORY_EVENTS


@pytest.mark.parametrize("it", machines(), ids=lambda it: it.logical_id)
def test_every_loop_is_known_to_end(it: Machine) -> None:
    assert looped(it.definition) == visits_in_loops().get(it.logical_id, {}).keys()
