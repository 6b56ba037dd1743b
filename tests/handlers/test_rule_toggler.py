"""Closing gates and opening them again, so that nothing of them changes but their state."""

import pytest

from tests.gates import make_rule, make_schedule, rule_as_it_is, schedule_as_it_is
from tests.handlers.toggled import BOTH, RULE, SCHEDULE, Toggled
from tests.template import ACCOUNT, REGION

CLOUDTRAIL = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"


@pytest.mark.parametrize("gate", BOTH)
def test_a_gate_is_the_same_but_for_its_state_after_disable_and_wholly_the_same_after_enable(
    toggled: Toggled, gate: str
) -> None:
    before = toggled.as_it_is(gate)

    toggled.close(gate)
    closed = toggled.as_it_is(gate)
    toggled.open(gate)

    assert closed == {**before, "State": "DISABLED"}
    assert toggled.as_it_is(gate) == before
    assert toggled.holds() == []


def test_the_constant_input_toggles_the_gates_that_the_variable_targets_names(toggled: Toggled) -> None:
    closed = toggled.close()
    states = [toggled.state(gate) for gate in BOTH]
    opened = toggled.open()

    assert closed == [
        {"gate": RULE, "before": "ENABLED", "after": "DISABLED", "changed": True,
         "reason": "closed for constant-input"},
        {"gate": SCHEDULE, "before": "ENABLED", "after": "DISABLED", "changed": True,
         "reason": "closed for constant-input"},
    ]  # fmt: skip
    assert states == ["DISABLED", "DISABLED"]
    assert [(answer["before"], answer["after"], answer["changed"]) for answer in opened] == [
        ("DISABLED", "ENABLED", True),
        ("DISABLED", "ENABLED", True),
    ]
    assert [toggled.state(gate) for gate in BOTH] == ["ENABLED", "ENABLED"]


def test_what_comes_twice_changes_nothing_the_second_time_and_says_so(toggled: Toggled) -> None:
    toggled.close(RULE, owner="orders")
    again = toggled.close(RULE, owner="orders")
    held = toggled.owners()
    toggled.open(RULE, owner="orders")
    opened_again = toggled.open(RULE, owner="orders")

    assert [(a["changed"], a["reason"]) for a in again] == [(False, "it is held closed for orders already")]
    assert held == {"orders"}
    assert [(a["changed"], a["reason"]) for a in opened_again] == [(False, "it was open")]
    assert toggled.state(RULE) == "ENABLED"


def test_a_rule_in_the_third_enabled_state_comes_back_to_it(toggled: Toggled) -> None:
    toggled.stack.aws.client("events").put_rule(
        Name="start-report", ScheduleExpression="rate(1 day)", Description="trails", State=CLOUDTRAIL
    )
    before = toggled.as_it_is(RULE)

    toggled.close(RULE)
    closed = toggled.state(RULE)
    (answer,) = toggled.open(RULE)

    assert closed == "DISABLED"
    assert answer["after"] == CLOUDTRAIL
    assert toggled.as_it_is(RULE) == before


def test_a_gate_that_is_listed_in_several_forms_is_toggled_and_told_of_once(toggled: Toggled) -> None:
    arn = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/start-report"

    answers = toggled.close(RULE, arn, "rule/default/start-report", RULE)

    assert [answer["gate"] for answer in answers] == [RULE]


def test_the_reason_that_a_person_gave_is_kept_with_the_hold(toggled: Toggled) -> None:
    toggled.close(RULE, owner="alice", reason="The outside system is being moved until noon, 夜")

    assert [hold["reason"] for hold in toggled.holds()] == [
        {"S": "The outside system is being moved until noon, 夜"}
    ]


def test_a_bus_and_a_group_of_their_own_are_toggled_and_their_namesakes_left_alone(toggled: Toggled) -> None:
    aws = toggled.stack.aws
    make_rule(aws, bus="orders")
    make_schedule(aws, group="night")
    rule, schedule = rule_as_it_is(aws, bus="orders"), schedule_as_it_is(aws, group="night")

    toggled.close("rule/orders/start-report", "schedule/night/start-mail")
    states = [toggled.state(gate) for gate in BOTH]
    closed = [rule_as_it_is(aws, bus="orders")["State"], schedule_as_it_is(aws, group="night")["State"]]
    toggled.open("rule/orders/start-report", "schedule/night/start-mail")

    assert states == ["ENABLED", "ENABLED"]
    assert closed == ["DISABLED", "DISABLED"]
    assert rule_as_it_is(aws, bus="orders") == rule
    assert schedule_as_it_is(aws, group="night") == schedule
