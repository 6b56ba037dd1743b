"""drain_spool is patient enough, hands over what it knows, and people are told of each end that is red."""

import re

import pytest

from tests.contract.asl_notices import is_notice
from tests.contract.drain_visits import (
    DRAIN,
    LIMIT,
    LOOK,
    REQUEST,
    RUN,
    calls,
    looks,
    patience_with_the_first_runs,
    visits,
    ways_to,
)
from tests.contract.machines import Definition, edit, machine, states
from tests.contract.stack import properties, template
from tests.contract.test_functions import alarms_of
from tests.contract.test_state_machine_history import HISTORY_EVENTS, events_of_the_longest_run

MINUTE, HOUR = 60, 3600
HAND_OVER = DRAIN["States"]["Go on in a new execution"]
UNDERSTOOD = DRAIN["States"][REQUEST]["Choices"][0]
WAIT = re.compile(r"\{% \$min\(\[(\d+) \* \$idle, (\d+)\]\) %\}")
IDLE = re.compile(
    r"\{% \$idle < \(\$states\.input\.stopped_because = 'the spool is empty' \? (\d+) : (\d+)\) %\}"
)


def seconds_idle() -> tuple[int, int]:
    """How long it waits for messages that others hold, and for room for more runs."""
    (condition,) = [
        choice["Condition"]
        for choice in DRAIN["States"]["What came of it?"]["Choices"]
        if choice["Next"] == "Wait for room"
    ]
    longer, cap = map(int, WAIT.fullmatch(DRAIN["States"]["Wait for room"]["Seconds"]).groups())
    of_others, room = (
        sum(min(longer * idle, cap) for idle in range(1, int(times) + 1))
        for times in IDLE.fullmatch(condition).groups()
    )
    return of_others, room


def test_runs_that_go_on_are_looked_at_for_about_half_an_hour() -> None:
    assert 25 * MINUTE < patience_with_the_first_runs() < 35 * MINUTE
    # The last look is told that it is.
    assert DRAIN["States"][LOOK]["Arguments"]["Payload"]["patient"] == f"{{% $looks < {looks() - 1} %}}"


@pytest.mark.parametrize("queue", ["SpoolQueue", "QuarantineQueue"])
def test_messages_that_others_hold_come_back_before_it_gives_up(queue: str) -> None:
    held = properties("AWS::SQS::Queue")[queue]["VisibilityTimeout"]

    assert seconds_idle()[0] > held


def test_room_for_more_runs_is_waited_for_a_day_also_in_a_new_execution() -> None:
    assert 24 * HOUR <= seconds_idle()[1] < 25 * HOUR
    # Other calls may have come before them.
    assert "'idle': $idle" in HAND_OVER["Arguments"]["Input"]
    assert UNDERSTOOD["Assign"]["idle"] == "{% $exists($states.input.idle) ? $states.input.idle : 0 %}"


def test_it_understands_what_it_hands_over_and_what_the_reprocessor_takes() -> None:
    known = set(re.findall(r"'(\w+)'", re.search(r"in \[(.*?)\]", UNDERSTOOD["Condition"])[1]))

    handed = set(re.findall(r"'(\w+)':", HAND_OVER["Arguments"]["Input"]))
    asked = set(re.findall(r"'(\w+)': \$states", UNDERSTOOD["Assign"]["request"]))
    assert known == asked | handed | {"batch"}
    assert asked == {"plan", "max_running", "rate"}


def test_a_hand_over_has_a_name_that_step_functions_takes_and_an_end() -> None:
    kept = int(re.search(r"Execution\.Name, 0, (\d+)\)", UNDERSTOOD["Assign"]["drain"])[1])
    condition = DRAIN["States"][LIMIT]["Choices"][1]["Condition"]
    hand_overs = int(re.fullmatch(r"\{% \$continued < (\d+) %\}", condition)[1])

    assert kept + len(f"-{hand_overs}") <= 80
    assert HAND_OVER["Arguments"]["StateMachineArn"] == "{% $states.context.StateMachine.Id %}"
    assert HAND_OVER["Arguments"]["Name"] == "{% $drain & '-' & $string($continued + 1) %}"


def test_only_a_request_that_is_understood_runs_anything() -> None:
    assert DRAIN["StartAt"] == REQUEST
    assert DRAIN["States"][REQUEST]["Default"] == "Request not understood"
    assert UNDERSTOOD["Next"] == RUN
    assert "$type($states.input) = 'object'" in UNDERSTOOD["Condition"]


def test_people_are_told_of_every_red_end_by_a_notice_or_by_the_alert_of_the_reprocessor() -> None:
    told = {name for name, state in states(DRAIN) if is_notice(state)}

    untold = {name for name, _ in states(DRAIN, "Fail") if not ways_to(DRAIN, name) <= told}

    # The reprocessor has told of these, in the call before: an alarm would be the same thing once more.
    assert untold == {"Runs are failing again"}
    assert alarms_of("AWS/States", "ExecutionsFailed", "StateMachineArn", "DrainSpool") == []
    assert len(alarms_of("AWS/States", "ExecutionsTimedOut", "StateMachineArn", "DrainSpool")) == 1


def test_it_has_a_name_of_its_own_and_a_week() -> None:
    assert machine("DrainSpool").properties["Name"] == {"Fn::Sub": "${AWS::StackName}-drain_spool"}
    assert DRAIN["TimeoutSeconds"] == 7 * 24 * HOUR
    assert template().document["Outputs"]["DrainSpoolArn"]["Value"] == {"Ref": "DrainSpool"}


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ((LIMIT, "Choices", 0, "Condition"), "{% $calls < 600 %}"),
        ((RUN, "Retry", 0, "MaxAttempts"), 9),
        (("Look how they go", "Retry", 0, "MaxAttempts"), 9),
    ],
)
def test_a_drain_with_more_of_anything_would_outgrow_its_history(
    path: tuple[str | int, ...], to: object
) -> None:
    definition: Definition = machine("DrainSpool").definition
    assert calls(definition) + looks(definition) > 400

    edit("States", *path, to=to)(definition)

    assert events_of_the_longest_run(definition, visits(definition)) >= HISTORY_EVENTS
