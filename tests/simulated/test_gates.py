"""What the simulation knows of rules and schedules beyond moto: who manages them, defaults, states."""

from datetime import timedelta

import pytest

from stepkeeper.aws import gates
from stepkeeper.domain.gate import Gate
from stepkeeper.errors import GateContended, GateManaged, GateNotFound
from tests.simulated.clock import START
from tests.simulated.simulation import Simulation

RULE = Gate("rule", "default", "start-report")
SCHEDULE = Gate("schedule", "mails", "start-mail")


def add_both(simulation: Simulation) -> list[str]:
    """The gates as operators write them."""
    world = simulation.world
    return [
        world.rules.add(RULE.name, expression="cron(0 19 * * ? *)"),
        world.schedules.add(SCHEDULE.name, group=SCHEDULE.group, expression="rate(1 day)", zone="Asia/Tokyo"),
    ]


def test_gates_of_either_kind_are_toggled(simulation):
    assert add_both(simulation) == [str(RULE), str(SCHEDULE)]

    for gate in (RULE, SCHEDULE):
        gates.set_state(gate, "DISABLED")

    assert [simulation.world.gates.state(str(gate)) for gate in (RULE, SCHEDULE)] == ["DISABLED"] * 2


def test_a_person_toggles_gates(simulation):
    for text in add_both(simulation):
        simulation.world.gates.set_state(text, "DISABLED")

    assert [gates.read_state(gate) for gate in (RULE, SCHEDULE)] == ["DISABLED"] * 2


def test_a_gate_tells_which_state_it_had_when(simulation):
    world = simulation.world
    (text, _) = add_both(simulation)
    world.clock.move(timedelta(hours=1))
    gates.set_state(RULE, "DISABLED")
    world.clock.move(timedelta(hours=1))
    world.gates.set_state(text, "ENABLED")

    moments = [START - timedelta(days=2), START, START + timedelta(hours=1), START + timedelta(hours=2)]

    assert [world.gates.state_at(text, moment) for moment in moments] == [
        None,
        "ENABLED",
        "DISABLED",
        "ENABLED",
    ]
    assert len(world.gates.states(text)) == 3


@pytest.mark.parametrize("gate", [RULE, SCHEDULE])
@pytest.mark.usefixtures("simulation")
def test_a_gate_that_is_not_there_is_not_found(gate):
    with pytest.raises(GateNotFound):
        gates.read_state(gate)


def test_a_rule_that_a_service_manages_is_toggled_by_nobody(simulation):
    simulation.world.rules.add(RULE.name, pattern="{}", managed_by="states.amazonaws.com")
    events = simulation.client("events")

    for call in (events.disable_rule, events.enable_rule):
        with pytest.raises(events.exceptions.ManagedRuleException):
            call(Name=RULE.name)
    with pytest.raises(events.exceptions.ManagedRuleException):
        events.put_rule(Name=RULE.name, EventPattern="{}")
    with pytest.raises(GateManaged):
        gates.read_state(RULE)


def test_a_schedule_that_is_written_anew_has_defaults_for_all_that_was_left_out(simulation):
    world, scheduler = simulation.world, simulation.client("scheduler")
    world.schedules.add(
        "start-mail", expression="rate(1 day)", zone="Asia/Tokyo", input="{}", state="DISABLED",
        StartDate=START, EndDate=START, Description="x", ActionAfterCompletion="DELETE",
    )  # fmt: skip
    world.clock.move(timedelta(minutes=1))
    target = {"Arn": "arn:aws:sqs:::x", "RoleArn": "arn:aws:iam::123456789012:role/x"}

    scheduler.update_schedule(
        Name="start-mail",
        ScheduleExpression="rate(1 day)",
        Target=target,
        FlexibleTimeWindow={"Mode": "OFF"},
    )

    told = scheduler.get_schedule(Name="start-mail")
    assert told.pop("LastModificationDate") - told.pop("CreationDate") == timedelta(days=1, minutes=1)
    del told["ResponseMetadata"], told["Arn"]
    assert told == {
        "Name": "start-mail",
        "GroupName": "default",
        "State": "ENABLED",
        "ScheduleExpression": "rate(1 day)",
        "ScheduleExpressionTimezone": "UTC",
        "ActionAfterCompletion": "NONE",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": target | {"RetryPolicy": {"MaximumEventAgeInSeconds": 86_400, "MaximumRetryAttempts": 185}},
    }


@pytest.mark.parametrize(
    ("gate", "operation", "code"),
    [
        (RULE, "DisableRule", "ConcurrentModificationException"),
        (SCHEDULE, "UpdateSchedule", "ConflictException"),
    ],
)
def test_others_may_write_a_gate_at_the_same_time(gate, operation, code, simulation):
    add_both(simulation)
    simulation.world.faults.refuse(operation, code, times=4)

    with pytest.raises(GateContended):
        gates.set_state(gate, "DISABLED")
    gates.set_state(gate, "DISABLED")

    assert simulation.world.gates.state(str(gate)) == "DISABLED"


def test_what_is_not_known_of_gates_is_said(simulation):
    add_both(simulation)
    events = simulation.client("events")

    with pytest.raises(NotImplementedError, match="Limit"):
        events.list_targets_by_rule(Rule=RULE.name, Limit=1)
    with pytest.raises(NotImplementedError, match="events:ListRules"):
        events.list_rules()
