"""Rules and schedules of the simulation answer as those of moto do."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from tests.conftest import Aws
from tests.gates import DLQ, MACHINE, PATTERN, ROLE
from tests.memory import Stack
from tests.simulated.answered import answered
from tests.simulated.clock import START
from tests.simulated.dynamodb_calls import Call
from tests.simulated.simulation import Simulation
from tests.template import ACCOUNT, REGION

BUS_ARN = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/shop"
CRON = "cron(0 19 * * ? *)"
TARGET = {"Id": "report", "Arn": MACHINE, "RoleArn": ROLE, "Input": "{}", "DeadLetterConfig": {"Arn": DLQ}}
NEXT_YEAR = START.replace(microsecond=0) + timedelta(days=365)
WINDOW = {"Mode": "OFF"}
SCHEDULE = {
    "ScheduleExpression": "cron(30 4 ? * MON-FRI *)",
    "FlexibleTimeWindow": WINDOW,
    "Target": {"Arn": MACHINE, "RoleArn": ROLE, "Input": '{"key": 1}', "DeadLetterConfig": {"Arn": DLQ}},
    "State": "ENABLED",
    "ActionAfterCompletion": "NONE",
}
FULL: dict[str, Any] = {
    **SCHEDULE,
    "Description": "Starts the mail, 夜",
    "ScheduleExpressionTimezone": "Asia/Tokyo",
    "FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 15},
    "StartDate": NEXT_YEAR,
    "EndDate": NEXT_YEAR + timedelta(days=1),
    "State": "DISABLED",
    "KmsKeyArn": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555",
    "Target": {**SCHEDULE["Target"], "RetryPolicy": {"MaximumRetryAttempts": 3}},  # type: ignore[dict-item]
}

OF_RULES: list[Call] = [
    ("describe_rule", {"Name": "start-report"}),
    ("list_targets_by_rule", {"Rule": "start-report"}),
    ("disable_rule", {"Name": "start-report", "EventBusName": "default"}),
    ("disable_rule", {"Name": "start-report"}),
    ("describe_rule", {"Name": "start-report"}),
    ("enable_rule", {"Name": "start-report"}),
    ("describe_rule", {"Name": "start-report"}),
    ("put_rule", {"Name": "start-report", "EventPattern": PATTERN, "State": "DISABLED"}),
    ("describe_rule", {"Name": "start-report"}),
    ("list_targets_by_rule", {"Rule": "start-report"}),
    ("put_rule", {"Name": "start-report", "ScheduleExpression": CRON, "RoleArn": ROLE}),
    ("describe_rule", {"Name": "start-report"}),
    ("put_rule", {"Name": "start-report", "Description": "neither"}),
    ("disable_rule", {"Name": "of-the-shop", "EventBusName": "shop"}),
    ("describe_rule", {"Name": "of-the-shop", "EventBusName": BUS_ARN}),
    ("put_rule", {"Name": "of-the-shop", "EventBusName": "shop", "ScheduleExpression": CRON}),
    ("list_targets_by_rule", {"Rule": "of-the-shop", "EventBusName": "shop"}),
    *(
        (operation, {"Name": "of-the-shop", "EventBusName": bus})
        for operation in ("describe_rule", "disable_rule", "enable_rule")
        for bus in ("default", "none")
    ),
    ("list_targets_by_rule", {"Rule": "none"}),
]

OF_SCHEDULES: list[Call] = [
    ("get_schedule", {"Name": "start-mail"}),
    ("update_schedule", {"Name": "start-mail", **FULL}),
    ("get_schedule", {"Name": "start-mail", "GroupName": "default"}),
    ("update_schedule", {"Name": "start-mail", **SCHEDULE}),
    ("get_schedule", {"Name": "start-mail"}),
    ("get_schedule", {"Name": "start-mail", "GroupName": "mails"}),
    ("get_schedule", {"Name": "in-a-group", "GroupName": "mails"}),
    ("update_schedule", {"Name": "in-a-group", "GroupName": "mails", **FULL}),
    ("get_schedule", {"Name": "in-a-group", "GroupName": "mails"}),
    ("update_schedule", {"Name": "in-a-group", **FULL}),
    ("get_schedule", {"Name": "in-a-group", "GroupName": "none"}),
]


def answers(client: Any, calls: list[Call]) -> Iterator[Any]:
    for operation, sent in calls:
        yield answered(client, operation, json_safe(sent))


def json_safe(sent: dict[str, Any]) -> dict[str, Any]:
    """A copy of its own for each call: moto keeps what it is given, and changes it."""
    dates = {name: its for name, its in sent.items() if name.endswith("Date")}
    rest = {name: its for name, its in sent.items() if name not in dates}
    return {**json.loads(json.dumps(rest)), **dates}


def test_rules_answer_as_moto_does(stack: Stack, simulation: Simulation) -> None:
    make_rules(stack.aws)
    rules = simulation.world.rules
    rules.add("start-report", expression=CRON, targets=[TARGET], Description="Starts the report, 夜")
    rules.add("of-the-shop", bus="shop", pattern=PATTERN, RoleArn=ROLE)
    expected = list(answers(stack.aws.client("events"), OF_RULES))

    found = list(answers(simulation.client("events"), OF_RULES))

    assert found == expected


def make_rules(aws: Aws) -> None:
    events = aws.client("events")
    events.put_rule(Name="start-report", ScheduleExpression=CRON, Description="Starts the report, 夜")
    events.put_targets(Rule="start-report", Targets=[TARGET])
    events.create_event_bus(Name="shop")
    events.put_rule(Name="of-the-shop", EventBusName="shop", EventPattern=PATTERN, RoleArn=ROLE)


def test_schedules_answer_as_moto_does(stack: Stack, simulation: Simulation) -> None:
    scheduler = stack.aws.client("scheduler")
    scheduler.create_schedule_group(Name="mails")
    scheduler.create_schedule(Name="start-mail", **json_safe(SCHEDULE))
    scheduler.create_schedule(Name="in-a-group", GroupName="mails", **json_safe(SCHEDULE))
    for name, group in (("start-mail", "default"), ("in-a-group", "mails")):
        expression, target = str(SCHEDULE["ScheduleExpression"]), SCHEDULE["Target"]
        simulation.world.schedules.add(name, group=group, expression=expression, Target=target)
    expected = list(answers(scheduler, OF_SCHEDULES))

    found = list(answers(simulation.client("scheduler"), OF_SCHEDULES))

    assert found == expected
