"""Rules and schedules that CloudFormation makes are whole; MiniStack alone drops half of a schedule."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from local.embedded_aws import EmbeddedAws
from tests.local.support import Queue, error_code, new_name, poll

SCHEDULE = "AWS::Scheduler::Schedule"


def test_cloudformation_keeps_all_of_a_schedule(embedded: EmbeddedAws, bare: EmbeddedAws) -> None:
    start, end = datetime(2030, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)
    given = {
        "Description": "every night",
        "ScheduleExpression": "cron(0 4 * * ? *)",
        "ScheduleExpressionTimezone": "Asia/Tokyo",
        "State": "DISABLED",
        "FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 5},
        "Target": {
            "Arn": "arn:aws:sqs:ap-northeast-1:000000000000:target",
            "RoleArn": "arn:aws:iam::000000000000:role/target",
            "Input": '{"key": 1}',
            "RetryPolicy": {"MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": 600},
            "DeadLetterConfig": {"Arn": "arn:aws:sqs:ap-northeast-1:000000000000:dead"},
        },
    }
    dates = {"StartDate": start, "EndDate": end}

    def deployed(aws: EmbeddedAws) -> dict[str, Any]:
        properties = given | {name: date.isoformat() for name, date in dates.items()}
        name = _deploy(aws, SCHEDULE, properties)
        return dict(aws.client("scheduler").get_schedule(Name=name))

    kept, kept_by_bare = deployed(embedded), deployed(bare)

    assert {name: kept[name] for name in given | dates} == given | dates
    assert kept_by_bare["ScheduleExpressionTimezone"] == "UTC"
    assert not dates.keys() & kept_by_bare.keys()


def test_cloudformation_replaces_all_of_a_schedule(embedded: EmbeddedAws, bare: EmbeddedAws) -> None:
    properties = {
        "ScheduleExpression": "rate(1 day)",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {"Arn": "arn:aws:sqs:ap-northeast-1:000000000000:t", "RoleArn": "arn:aws:iam::1:role/t"},
    }

    def state_after_update(aws: EmbeddedAws) -> str:
        stack = new_name("stack")
        _deploy(aws, SCHEDULE, properties | {"State": "DISABLED"}, stack)
        name = _deploy(aws, SCHEDULE, properties | {"ScheduleExpression": "rate(2 days)"}, stack)
        return str(aws.client("scheduler").get_schedule(Name=name)["State"])

    assert state_after_update(embedded) == "ENABLED"
    assert state_after_update(bare) == "DISABLED"


def test_a_rate_counts_from_when_cloudformation_made_the_rule(embedded: EmbeddedAws) -> None:
    queue, now = Queue(embedded), datetime.now(UTC)
    targets = [{"Id": "1", "Arn": queue.arn}]
    rule = {"ScheduleExpression": "rate(5 minutes)", "State": "ENABLED", "Targets": targets}
    _deploy(embedded, "AWS::Events::Rule", rule)
    embedded.move_schedule_clock(now + timedelta(minutes=4))
    early = queue.take()

    embedded.move_schedule_clock(now + timedelta(minutes=6))
    embedded.move_schedule_clock(now)

    assert early == []
    assert len(queue.take()) == 1


def _deploy(aws: EmbeddedAws, kind: str, properties: dict[str, Any], stack: str | None = None) -> str:
    """Deploy a stack of one resource, anew or over the one of that name; returns the resource's name."""
    cloudformation, resources = aws.client("cloudformation"), {"It": {"Type": kind, "Properties": properties}}
    template = json.dumps({"Resources": resources, "Outputs": {"Name": {"Value": {"Ref": "It"}}}})
    known = stack is not None and error_code(lambda: cloudformation.describe_stacks(StackName=stack)) is None
    stack = stack or new_name("stack")
    change = cloudformation.update_stack if known else cloudformation.create_stack
    wanted = "UPDATE_COMPLETE" if known else "CREATE_COMPLETE"
    change(StackName=stack, TemplateBody=template)

    def complete() -> dict[str, Any] | None:
        described: dict[str, Any] = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
        return described if described["StackStatus"] == wanted else None

    described = poll(complete)
    assert described is not None
    return str(described["Outputs"][0]["OutputValue"])
