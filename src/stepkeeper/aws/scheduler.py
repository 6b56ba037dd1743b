"""EventBridge Scheduler: reading schedules, and setting their state and nothing else of them."""

from typing import TYPE_CHECKING, Any

from stepkeeper.domain.gate import Gate, GateState
from stepkeeper.domain.gate_seen import GateSeen
from stepkeeper.domain.start_input import Target
from stepkeeper.errors import GateContended, GateNotFound

if TYPE_CHECKING:
    from mypy_boto3_scheduler import EventBridgeSchedulerClient

NOT_WRITABLE = ("Arn", "CreationDate", "LastModificationDate", "ResponseMetadata")
WRITES_TRIED = 3


def read_state(client: "EventBridgeSchedulerClient", gate: Gate) -> GateState:
    """Whether the schedule is enabled. Raises GateNotFound."""
    state: GateState = _get(client, gate)["State"]
    return state


def read(client: "EventBridgeSchedulerClient", gate: Gate) -> GateSeen:
    """The schedule's state, expression, time zone, begin and end. Raises GateNotFound."""
    schedule = _get(client, gate)
    return GateSeen(
        gate=gate,
        state=schedule["State"],
        expression=schedule["ScheduleExpression"],
        time_zone=schedule.get("ScheduleExpressionTimezone") or "UTC",
        starts_at=schedule.get("StartDate"),
        ends_at=schedule.get("EndDate"),
    )


def read_target(client: "EventBridgeSchedulerClient", gate: Gate) -> tuple[str, Target]:
    """The schedule's ARN and what it starts. Raises GateNotFound."""
    schedule = _get(client, gate)
    target = schedule["Target"]
    return schedule["Arn"], Target(arn=target["Arn"], input=target.get("Input"))


def set_state(client: "EventBridgeSchedulerClient", gate: Gate, state: GateState) -> None:
    """Sets the schedule's state by writing it back whole, as it was read just before.

    UpdateSchedule sets every field that it is not given to its default: the time zone, the retry policy,
    the dead-letter queue, the input and all the rest. Raises GateNotFound, GateContended.
    """
    for _ in range(WRITES_TRIED):
        schedule = _get(client, gate)
        kept = {key: value for key, value in schedule.items() if key not in NOT_WRITABLE}
        try:
            client.update_schedule(**{**kept, "State": state})
        except client.exceptions.ConflictException:
            continue  # written by somebody else meanwhile, which boto3 does not try again
        return
    raise GateContended(f"{gate} was being changed by others, {WRITES_TRIED} times in a row; try again.")


def _get(client: "EventBridgeSchedulerClient", gate: Gate) -> dict[str, Any]:
    try:
        return dict(client.get_schedule(Name=gate.name, GroupName=gate.group))
    except client.exceptions.ResourceNotFoundException as error:
        raise GateNotFound(f"There is no schedule {gate.name} in the group {gate.group}.") from error
