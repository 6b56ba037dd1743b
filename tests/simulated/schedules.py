"""EventBridge Scheduler: schedules, and writing them anew as a whole."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.simulated.clock import Clock
from tests.simulated.refusal import Refusal, only
from tests.simulated.rules import ROLE
from tests.simulated.states import States
from tests.simulated.table import copied
from tests.template import ACCOUNT, REGION

DEFAULT_GROUP = "default"
DEFAULTS = {"ScheduleExpressionTimezone": "UTC", "ActionAfterCompletion": "NONE"}
DEFAULT_RETRIES = {"MaximumEventAgeInSeconds": 86_400, "MaximumRetryAttempts": 185}
REPLACED = (
    "ActionAfterCompletion", "Description", "EndDate", "FlexibleTimeWindow", "KmsKeyArn",
    "ScheduleExpression", "ScheduleExpressionTimezone", "StartDate", "Target",
)  # fmt: skip
"""All that UpdateSchedule writes beside the state: what it is not given becomes its default."""


@dataclass(eq=False)
class Schedule:
    """`fields` are named as AWS names them."""

    name: str
    group: str
    made_at: datetime
    written_at: datetime
    fields: dict[str, Any]
    states: States

    @property
    def arn(self) -> str:
        return f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/{self.group}/{self.name}"

    def told(self) -> dict[str, Any]:
        """The answer of GetSchedule."""
        return {
            "Arn": self.arn,
            "Name": self.name,
            "GroupName": self.group,
            "State": self.states.now,
            "CreationDate": self.made_at,
            "LastModificationDate": self.written_at,
            **copied(self.fields),
        }


class Schedules:
    """The calls, each named as its operation; groups are there once a schedule was added to them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._schedules: dict[tuple[str, str], Schedule] = {}

    def __iter__(self) -> Iterator[Schedule]:
        return iter(self._schedules.values())

    def add(
        self,
        name: str,
        *,
        group: str = DEFAULT_GROUP,
        expression: str,
        zone: str = "UTC",
        starts: str = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:nightly-orders",
        input: str | None = None,
        state: str = "ENABLED",
        **fields: Any,
    ) -> str:
        """Gives the gate `schedule/…` of a schedule that was made yesterday, and starts a state machine.

        `fields` are more of what AWS knows (StartDate, Description, Target for a whole one, …).
        """
        only(fields, *REPLACED)
        given = {
            "ScheduleExpression": expression,
            "ScheduleExpressionTimezone": zone,
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": {"Arn": starts, "RoleArn": ROLE} | ({"Input": input} if input is not None else {}),
        }
        made_at = self._clock.stamp - timedelta(days=1)
        states = States(self._clock, [(made_at, state)])
        schedule = Schedule(name, group, made_at, made_at, _whole({**given, **fields}), states)
        self._schedules[group, name] = schedule
        return schedule.arn.rpartition(":")[2]

    def remove(self, name: str, *, group: str = DEFAULT_GROUP) -> None:
        del self._schedules[group, name]

    def schedule(self, name: str, group: str = DEFAULT_GROUP) -> Schedule:
        """Raises ResourceNotFoundException."""
        if (group, name) in self._schedules:
            return self._schedules[group, name]
        message = f"Schedule {name} does not exist."
        if group not in {DEFAULT_GROUP, *(known for known, _ in self._schedules)}:
            message = f"Schedule group {group} does not exist."
        raise Refusal("ResourceNotFoundException", message, status=404)

    def get_schedule(self, sent: dict[str, Any]) -> dict[str, Any]:
        only(sent, "Name", "GroupName")
        return self._named(sent).told()

    def update_schedule(self, sent: dict[str, Any]) -> dict[str, Any]:
        """A ConflictException comes from world.faults: two writes at once do not happen here."""
        only(sent, "Name", "GroupName", "State", "ClientToken", *REPLACED)
        schedule = self._named(sent)
        schedule.fields = _whole({name: its for name, its in sent.items() if name in REPLACED})
        schedule.states.set(sent.get("State") or "ENABLED")
        schedule.written_at = self._clock.stamp
        return {"ScheduleArn": schedule.arn}

    def _named(self, sent: dict[str, Any]) -> Schedule:
        return self.schedule(sent["Name"], sent.get("GroupName") or DEFAULT_GROUP)


def _whole(given: dict[str, Any]) -> dict[str, Any]:
    """What is kept of a write: with defaults for what is not in it, and moments in whole seconds."""
    fields = {**DEFAULTS, **copied({name: its for name, its in given.items() if its is not None})}
    fields["Target"].setdefault("RetryPolicy", dict(DEFAULT_RETRIES))
    for name in ("StartDate", "EndDate"):
        if name in fields:
            if not isinstance(fields[name], datetime) or fields[name].tzinfo is None:
                raise NotImplementedError(f"the simulation takes a datetime with a zone for {name}")
            fields[name] = fields[name].replace(microsecond=0)
    return fields
