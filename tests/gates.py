"""Rules and schedules to toggle, and everything that AWS tells about them."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.conftest import Aws
from tests.template import ACCOUNT, REGION

MACHINE = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:nightly-report"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/starts-reports"
DLQ = f"arn:aws:sqs:{REGION}:{ACCOUNT}:failed-triggers"
PATTERN = json.dumps({"source": ["shop"], "detail": {"day": [{"prefix": "夜"}]}}, ensure_ascii=False)


def make_schedule(aws: Aws, *, name: str = "start-mail", group: str = "default", **changed: Any) -> None:
    """A schedule in which every field is set to something else than its default."""
    scheduler = aws.client("scheduler")
    if group != "default":
        scheduler.create_schedule_group(Name=group)
    tomorrow = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    fields = {
        "Description": "Starts the mail, 夜",
        "ScheduleExpression": "cron(30 4 ? * MON-FRI *)",
        "ScheduleExpressionTimezone": "Asia/Tokyo",
        "FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 15},
        "StartDate": tomorrow,
        "EndDate": tomorrow + timedelta(days=365, seconds=1),
        "State": "ENABLED",
        "KmsKeyArn": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555",
        "ActionAfterCompletion": "DELETE",
        "Target": {
            "Arn": MACHINE,
            "RoleArn": ROLE,
            "Input": '{ "key" :  "夜",\n "n": 1.0 }',
            "RetryPolicy": {"MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": 3600},
            "DeadLetterConfig": {"Arn": DLQ},
        },
        **changed,
    }
    scheduler.create_schedule(Name=name, GroupName=group, **fields)


def make_rule(aws: Aws, *, name: str = "start-report", bus: str = "default", state: str = "ENABLED") -> None:
    """A rule with everything that a rule can have, targets and tags included."""
    events = aws.client("events")
    if bus != "default":
        events.create_event_bus(Name=bus)
    trigger = {"EventPattern": PATTERN}
    if bus == "default":
        trigger["ScheduleExpression"] = "cron(0 19 * * ? *)"
    events.put_rule(
        Name=name,
        EventBusName=bus,
        Description="Starts the report, 夜",
        RoleArn=ROLE,
        State=state,
        Tags=[{"Key": "team", "Value": "of one"}],
        **trigger,
    )
    target = {"RoleArn": ROLE, "RetryPolicy": {"MaximumRetryAttempts": 3}, "DeadLetterConfig": {"Arn": DLQ}}
    targets = [
        {"Id": "report", "Arn": MACHINE, "Input": '{ "started_by":  "rule" }', **target},
        {"Id": "mail", "Arn": MACHINE, "InputPath": "$.detail", **target},
    ]
    events.put_targets(Rule=name, EventBusName=bus, Targets=targets)


def schedule_as_it_is(aws: Aws, *, name: str = "start-mail", group: str = "default") -> dict[str, Any]:
    """All that AWS tells about a schedule, but for when it was written last."""
    told = aws.client("scheduler").get_schedule(Name=name, GroupName=group)
    del told["ResponseMetadata"], told["LastModificationDate"]
    return dict(told)


def rule_as_it_is(aws: Aws, *, name: str = "start-report", bus: str = "default") -> dict[str, Any]:
    """All that AWS tells about a rule, its targets and its tags."""
    events = aws.client("events")
    told = events.describe_rule(Name=name, EventBusName=bus)
    del told["ResponseMetadata"]
    return {
        **told,
        "Targets": events.list_targets_by_rule(Rule=name, EventBusName=bus)["Targets"],
        "Tags": events.list_tags_for_resource(ResourceARN=told["Arn"])["Tags"],
    }
