"""Setting a schedule's state, and nothing else of it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.model import Shape
from botocore.stub import Stubber

from stepkeeper.aws import scheduler
from stepkeeper.aws.clients import client
from stepkeeper.domain.gate import Gate
from stepkeeper.errors import GateContended, GateNotFound
from tests.conftest import Aws
from tests.gates import make_schedule, schedule_as_it_is

GATE = Gate("schedule", "default", "start-mail")
NOT_SENT_BACK = {"Arn", "CreationDate", "LastModificationDate"}


def filled(shape: Shape) -> Any:
    """A value of a shape in which every field is there, and none is empty."""
    match shape.type_name:
        case "structure":
            return {name: filled(member) for name, member in shape.members.items()}
        case "list":
            return [filled(shape.member)]
        case "map":
            return {filled(shape.key): filled(shape.value)}
        case "string":
            return shape.enum[-1] if shape.enum else "x" * max(1, shape.metadata.get("min", 1))
        case "integer" | "long":
            return max(1, shape.metadata.get("min", 1))
        case "boolean":
            return True
        case "timestamp":
            return datetime(2027, 1, 1, tzinfo=UTC)
    raise NotImplementedError(shape.type_name)


def test_a_schedule_is_the_same_but_for_its_state(aws: Aws) -> None:
    make_schedule(aws)
    before = schedule_as_it_is(aws)

    scheduler.set_state(client("scheduler"), GATE, "DISABLED")

    assert schedule_as_it_is(aws) == {**before, "State": "DISABLED"}


def test_a_schedule_in_another_group_than_default_is_found_and_its_namesake_left_alone(aws: Aws) -> None:
    make_schedule(aws, group="night")
    make_schedule(aws)

    scheduler.set_state(client("scheduler"), Gate("schedule", "night", "start-mail"), "DISABLED")

    assert schedule_as_it_is(aws, group="night")["State"] == "DISABLED"
    assert schedule_as_it_is(aws)["State"] == "ENABLED"


@pytest.mark.usefixtures("aws")
def test_every_field_that_boto3_knows_is_written_back_even_those_that_no_emulator_resets() -> None:
    model = client("scheduler").meta.service_model.operation_model("GetSchedule").output_shape
    told = filled(model) | {"State": "ENABLED"}
    kept = {name: value for name, value in told.items() if name not in NOT_SENT_BACK}
    with Stubber(client("scheduler")) as stubber:
        stubber.add_response("get_schedule", told, {"Name": "start-mail", "GroupName": "default"})
        stubber.add_response("update_schedule", {"ScheduleArn": "a"}, {**kept, "State": "DISABLED"})

        scheduler.set_state(client("scheduler"), GATE, "DISABLED")

        stubber.assert_no_pending_responses()


@pytest.mark.parametrize("state", ["ENABLED", "DISABLED"])
def test_the_state_of_a_schedule_is_read(aws: Aws, state: str) -> None:
    make_schedule(aws, State=state)

    assert scheduler.read_state(client("scheduler"), GATE) == state


@pytest.mark.parametrize("gate", [GATE, Gate("schedule", "no-such-group", "start-mail")], ids=str)
@pytest.mark.usefixtures("aws")
def test_a_schedule_or_group_that_does_not_exist_is_named(gate: Gate) -> None:
    with pytest.raises(GateNotFound, match=f"no schedule start-mail in the group {gate.group}"):
        scheduler.read_state(client("scheduler"), gate)
    with pytest.raises(GateNotFound):
        scheduler.set_state(client("scheduler"), gate, "DISABLED")


def test_a_schedule_that_others_write_at_the_same_time_is_read_and_written_again(aws: Aws) -> None:
    make_schedule(aws)
    told = client("scheduler").get_schedule(Name="start-mail")
    with Stubber(client("scheduler")) as stubber:
        for expression in ("rate(1 hour)", "rate(2 hours)", "rate(3 hours)"):
            stubber.add_response("get_schedule", {**told, "ScheduleExpression": expression})
            if expression != "rate(3 hours)":
                stubber.add_client_error("update_schedule", "ConflictException", http_status_code=409)
        kept = {
            name: value for name, value in told.items() if name not in {*NOT_SENT_BACK, "ResponseMetadata"}
        }
        theirs = {**kept, "ScheduleExpression": "rate(3 hours)", "State": "DISABLED"}
        stubber.add_response("update_schedule", {"ScheduleArn": "a"}, theirs)

        scheduler.set_state(client("scheduler"), GATE, "DISABLED")

        stubber.assert_no_pending_responses()


def test_a_schedule_that_others_keep_writing_is_given_up_after_three_times_and_says_so(aws: Aws) -> None:
    make_schedule(aws)
    told = client("scheduler").get_schedule(Name="start-mail")
    with Stubber(client("scheduler")) as stubber:
        for _ in range(3):
            stubber.add_response("get_schedule", told)
            stubber.add_client_error("update_schedule", "ConflictException", http_status_code=409)

        with pytest.raises(GateContended, match=r"schedule/default/start-mail .* 3 times in a row"):
            scheduler.set_state(client("scheduler"), GATE, "DISABLED")

        stubber.assert_no_pending_responses()
