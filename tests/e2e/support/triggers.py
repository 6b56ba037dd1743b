"""Schedules and rules that call a function at a time of the night, as template.yaml wires its samples."""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from local.deployed import Operator
from tests.e2e.support.resources import function, role_arn


@contextmanager
def schedule(
    operator: Operator, handler: str, *, expression: str, zone: str, events: list[object]
) -> Iterator[None]:
    """Schedules one call of the function for each event."""
    scheduler, group = operator.client("scheduler"), f"watch-{uuid.uuid4().hex[:8]}"
    scheduler.create_schedule_group(Name=group)
    for number, event in enumerate(events):
        scheduler.create_schedule(
            Name=f"watch-{number}",
            GroupName=group,
            ScheduleExpression=expression,
            ScheduleExpressionTimezone=zone,
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={
                "Arn": function(operator, handler)["FunctionArn"],
                "RoleArn": role_arn(operator, "SampleCallsRole"),
                "Input": json.dumps(event),
            },
        )
    try:
        yield
    finally:
        scheduler.delete_schedule_group(Name=group)


@contextmanager
def rule(operator: Operator, handler: str, *, expression: str, event: object) -> Iterator[None]:
    """A rule that calls the function with the event."""
    rules, name = operator.client("events"), f"watch-{uuid.uuid4().hex[:8]}"
    target = {
        "Id": "function",
        "Arn": function(operator, handler)["FunctionArn"],
        "Input": json.dumps(event),
    }
    rules.put_rule(Name=name, ScheduleExpression=expression)
    rules.put_targets(Rule=name, Targets=[target])
    try:
        yield
    finally:
        rules.remove_targets(Rule=name, Ids=["function"])
        rules.delete_rule(Name=name)
