"""No run outgrows its history of 25,000 events, and export_logs has the time that its exports may take.

The worst case is added up from the numbers in the definition: every state as often as it may be visited,
every visit with all its retries used up. A run never gets that far, since a retrier that is used up ends it.
"""

import re
from collections.abc import Iterator
from itertools import islice

import pytest

from stepkeeper.handlers.bucket_checker import BucketCheckerSettings
from tests.contract.machines import Definition, Machine, State, machine, machines, reachable, states, ways_on
from tests.contract.stack import template

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

LONGEST_EXPORT_SECONDS = 24 * 3600
"""CloudWatch Logs gives an export up after that (CloudWatch Logs User Guide, exporting to S3)."""

EXPORT = machine("ExportLogs").definition


def months() -> int:
    """The most months that one run exports: those it finds at its start, and one that ends meanwhile."""
    return int(template().document["Parameters"]["ExportMonthsBack"]["MaxValue"]) + 1


def checks() -> int:
    """How often the machine looks at one export before it gives it up."""
    again = EXPORT["States"]["Is the export complete?"]["Choices"][1]
    assert again["Next"] == "Wait for the export"
    return int(re.search(r"\$checks < (\d+)", again["Condition"])[1])


def pauses() -> Iterator[int]:
    """The seconds that the machine waits before one check after another."""
    assert EXPORT["States"]["Wait for the export"]["Seconds"] == "{% $pause %}"
    pause = EXPORT["States"]["Is a period left?"]["Choices"][0]["Assign"]["pause"]
    longer = EXPORT["States"]["Check the export"]["Assign"]["pause"]
    factor, cap = re.fullmatch(r"\{% \$min\(\[\$floor\(\$pause \* ([\d.]+)\), (\d+)\]\) %\}", longer).groups()
    while True:
        yield pause
        pause = min(int(pause * float(factor)), int(cap))


def visits_in_loops() -> dict[str, dict[str, int]]:
    """How often a run may come to each state that it can come back to, by machine."""
    return {
        "ExportLogs": {
            "Find the next period": months() + 1,
            "Is a period left?": months() + 1,
            "Start the export": months(),
            "Wait for the export": months() * checks(),
            "Check the export": months() * checks(),
            "Is the export complete?": months() * checks(),
            "Record the period": months(),
        }
    }


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


@pytest.mark.parametrize("it", machines(), ids=lambda it: it.logical_id)
def test_the_longest_run_fits_into_its_history(it: Machine) -> None:
    visits = visits_in_loops().get(it.logical_id, {})

    longest = RUN_EVENTS + sum(
        visits.get(name, 1) * events_of_a_visit(state) for name, state in states(it.definition)
    )

    assert longest < HISTORY_EVENTS


@pytest.mark.parametrize("it", machines(), ids=lambda it: it.logical_id)
def test_every_loop_is_known_to_end(it: Machine) -> None:
    assert looped(it.definition) == visits_in_loops().get(it.logical_id, {}).keys()


def test_an_export_is_given_the_time_it_may_take() -> None:
    patience = sum(islice(pauses(), checks()))

    assert patience >= LONGEST_EXPORT_SECONDS


def test_the_machine_has_time_for_as_many_exports_as_one_run_may_find() -> None:
    patience = sum(islice(pauses(), checks()))

    assert months() * patience <= EXPORT["TimeoutSeconds"]


def test_a_run_waits_out_the_longest_export_of_somebody_else() -> None:
    busy = EXPORT["States"]["Start the export"]["Retry"][0]
    assert busy["ErrorEquals"] == ["LimitExceededException"]

    delays = [
        min(busy["IntervalSeconds"] * busy["BackoffRate"] ** attempt, busy["MaxDelaySeconds"])
        for attempt in range(busy["MaxAttempts"])
    ]

    # Full jitter takes any part of a delay, half of it on average.
    assert sum(delays) / 2 >= LONGEST_EXPORT_SECONDS


def test_the_next_monthly_run_never_meets_this_one() -> None:
    assert EXPORT["TimeoutSeconds"] < 28 * 24 * 3600


def test_the_handler_takes_no_more_months_than_the_template_allows() -> None:
    limits = BucketCheckerSettings.model_json_schema()["properties"]["MONTHS_BACK"]

    assert limits["maximum"] == template().document["Parameters"]["ExportMonthsBack"]["MaxValue"]
