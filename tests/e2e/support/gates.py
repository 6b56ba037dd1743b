"""Gates to toggle and look at: the two of the sample report, and others with everything a gate can have."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from local.deployed import Operator
from tests.e2e.support.resources import name_of, queue_arn, role_arn

MOVED_BY_ANY_WRITE = ("LastModificationDate", "ResponseMetadata")
OPEN, CLOSED = ("ENABLED", "ENABLED"), ("DISABLED", "DISABLED")
THIRD_STATE = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"


@dataclass(frozen=True)
class Gates:
    """A rule and a schedule that start the same pipeline."""

    operator: Operator
    rule: str
    bus: str
    schedule: str
    group: str

    @property
    def names(self) -> list[str]:
        """As they are written for the toggler."""
        rule = f"rule/{self.rule}" if self.bus == "default" else f"rule/{self.bus}/{self.rule}"
        return [rule, f"schedule/{self.group}/{self.schedule}"]

    def read(self) -> dict[str, Any]:
        """All that can be read of them."""
        events = self.operator.client("events")
        answers = {
            "rule": events.describe_rule(Name=self.rule, EventBusName=self.bus),
            "targets": events.list_targets_by_rule(Rule=self.rule, EventBusName=self.bus),
            "schedule": self.operator.client("scheduler").get_schedule(
                Name=self.schedule, GroupName=self.group
            ),
        }
        return {
            name: {field: value for field, value in answer.items() if field not in MOVED_BY_ANY_WRITE}
            for name, answer in answers.items()
        }

    def states(self) -> tuple[str, str]:
        """The states of the rule and of the schedule."""
        gates = self.read()
        return gates["rule"]["State"], gates["schedule"]["State"]

    def become(self, rule: str, schedule: str) -> None:
        """Waits for states of the rule and of the schedule."""
        wanted = rule, schedule
        self.operator.until(f"the gates become {wanted}", lambda: self.states() == wanted)

    def disable_rule(self) -> None:
        """What a person does to the rule."""
        self.operator.client("events").disable_rule(Name=self.rule, EventBusName=self.bus)


def sample_gates(operator: Operator) -> Gates:
    """The gates of the sample report."""
    rule, schedule = name_of(operator, "SampleReportRule"), name_of(operator, "SampleReportSchedule")
    return Gates(operator, rule=rule, bus="default", schedule=schedule, group="default")


@contextmanager
def furnished_gates(operator: Operator) -> Iterator[Gates]:
    """A rule in the third state on a bus of its own, and a schedule in which every field is set."""
    name = f"start-mail-{uuid.uuid4().hex[:8]}"
    gates = Gates(operator, rule=name, bus=name, schedule=name, group=name)
    failed_triggers = queue_arn(operator, operator.output("FailedTriggersQueueUrl"))
    _make_rule(operator, gates, failed_triggers)
    _make_schedule(operator, gates, failed_triggers)
    try:
        yield gates
    finally:
        operator.client("scheduler").delete_schedule_group(Name=name)
        operator.client("events").remove_targets(Rule=name, EventBusName=name, Ids=["report"])
        operator.client("events").delete_rule(Name=name, EventBusName=name)
        operator.client("events").delete_event_bus(Name=name)


def _make_rule(operator: Operator, gates: Gates, failed_triggers: str) -> None:
    events, role = operator.client("events"), role_arn(operator, "SampleStartsRole")
    events.create_event_bus(Name=gates.bus)
    events.put_rule(
        Name=gates.rule,
        EventBusName=gates.bus,
        EventPattern='{"source": ["orders"]}',
        State=THIRD_STATE,
        Description="注文",
        RoleArn=role,
    )
    target = {
        "Id": "report",
        "Arn": operator.output("SampleReportArn"),
        "RoleArn": role,
        "Input": '{"a": 1}',
        "RetryPolicy": {"MaximumRetryAttempts": 5, "MaximumEventAgeInSeconds": 600},
        "DeadLetterConfig": {"Arn": failed_triggers},
    }
    events.put_targets(Rule=gates.rule, EventBusName=gates.bus, Targets=[target])


def _make_schedule(operator: Operator, gates: Gates, failed_triggers: str) -> None:
    scheduler = operator.client("scheduler")
    scheduler.create_schedule_group(Name=gates.group)
    scheduler.create_schedule(
        Name=gates.schedule,
        GroupName=gates.group,
        ScheduleExpression="cron(0 1 ? * MON-FRI *)",
        ScheduleExpressionTimezone="Asia/Tokyo",
        FlexibleTimeWindow={"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 7},
        Description="注文",
        StartDate=datetime(2090, 1, 1, tzinfo=UTC),
        EndDate=datetime(2099, 1, 1, tzinfo=UTC),
        KmsKeyArn=f"arn:aws:kms:{operator.aws.region}:{operator.aws.account}:key/{uuid.uuid4()}",
        ActionAfterCompletion="DELETE",
        Target={
            "Arn": operator.output("SampleReportArn"),
            "RoleArn": role_arn(operator, "SampleStartsRole"),
            "Input": '{"a": 1}',
            "RetryPolicy": {"MaximumRetryAttempts": 5, "MaximumEventAgeInSeconds": 600},
            "DeadLetterConfig": {"Arn": failed_triggers},
        },
    )
