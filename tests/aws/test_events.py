"""Setting a rule's state, and nothing else of it."""

import pytest
from botocore.stub import Stubber

from stepkeeper.aws import events
from stepkeeper.aws.clients import client
from stepkeeper.domain.gate import Gate, GateState
from stepkeeper.errors import GateContended, GateManaged, GateNotFound
from tests.conftest import Aws
from tests.gates import make_rule, rule_as_it_is

GATE = Gate("rule", "default", "start-report")
CLOUDTRAIL: GateState = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
STATES: list[GateState] = ["ENABLED", "DISABLED", CLOUDTRAIL]


@pytest.mark.parametrize("after", STATES)
@pytest.mark.parametrize("before", STATES)
def test_a_rule_is_the_same_but_for_its_state(aws: Aws, before: GateState, after: GateState) -> None:
    make_rule(aws, state=before)
    rule = rule_as_it_is(aws)

    events.set_state(client("events"), GATE, after)

    assert rule_as_it_is(aws) == {**rule, "State": after}


@pytest.mark.parametrize("after", STATES)
def test_a_rule_of_a_bus_of_its_own_is_found_and_its_namesake_left_alone(aws: Aws, after: GateState) -> None:
    make_rule(aws, bus="orders")
    make_rule(aws)
    rule, namesake = rule_as_it_is(aws, bus="orders"), rule_as_it_is(aws)

    events.set_state(client("events"), Gate("rule", "orders", "start-report"), after)

    assert rule_as_it_is(aws, bus="orders") == {**rule, "State": after}
    assert rule_as_it_is(aws) == namesake


@pytest.mark.parametrize(
    "trigger", [{"EventPattern": '{"source":["shop"]}'}, {"ScheduleExpression": "rate(1 day)"}]
)
def test_a_rule_that_has_little_gets_nothing_with_the_third_state(aws: Aws, trigger: dict[str, str]) -> None:
    aws.client("events").put_rule(Name="start-report", **trigger)
    rule = rule_as_it_is(aws)

    events.set_state(client("events"), GATE, CLOUDTRAIL)

    assert rule_as_it_is(aws) == {**rule, "State": CLOUDTRAIL}


@pytest.mark.parametrize("state", STATES)
def test_the_state_of_a_rule_is_read(aws: Aws, state: GateState) -> None:
    make_rule(aws, state=state)

    assert events.read_state(client("events"), GATE) == state


@pytest.mark.parametrize("gate", [GATE, Gate("rule", "no-such-bus", "start-report")], ids=str)
@pytest.mark.usefixtures("aws")
def test_a_rule_or_bus_that_does_not_exist_is_named(gate: Gate) -> None:
    with pytest.raises(GateNotFound, match=f"no rule start-report on the event bus {gate.group}"):
        events.read_state(client("events"), gate)


def test_a_rule_that_an_aws_service_manages_is_refused_and_the_service_named(aws: Aws) -> None:
    bus = aws.client("events").describe_event_bus()["Arn"]
    aws.client("events").create_archive(ArchiveName="orders", EventSourceArn=bus)

    with pytest.raises(GateManaged, match=r"managed by prod\.vhs\.events\.aws\.internal"):
        events.read_state(client("events"), Gate("rule", "default", "Events-Archive-orders"))


def answers(stubber: Stubber, state: GateState, *, conflict: bool) -> None:
    """What EventBridge answers to one try at setting a rule's state, which somebody else may be writing."""
    operation = {"ENABLED": "enable_rule", "DISABLED": "disable_rule", CLOUDTRAIL: "put_rule"}[state]
    if state == CLOUDTRAIL:
        stubber.add_response("describe_rule", {"Name": "start-report", "ScheduleExpression": "rate(1 day)"})
    if conflict:
        stubber.add_client_error(operation, "ConcurrentModificationException")
    else:
        stubber.add_response(operation, {})


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("state", STATES)
def test_a_rule_that_others_write_at_the_same_time_is_written_again(state: GateState) -> None:
    with Stubber(client("events")) as stubber:
        for conflict in (True, True, False):
            answers(stubber, state, conflict=conflict)

        events.set_state(client("events"), GATE, state)

        stubber.assert_no_pending_responses()


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("state", STATES)
def test_a_rule_that_others_keep_writing_is_given_up_after_three_times_and_says_so(state: GateState) -> None:
    with Stubber(client("events")) as stubber:
        for _ in range(3):
            answers(stubber, state, conflict=True)

        with pytest.raises(GateContended, match=r"rule/start-report .* 3 times in a row"):
            events.set_state(client("events"), GATE, state)

        stubber.assert_no_pending_responses()
