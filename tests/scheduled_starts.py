"""What the rules and schedules of a simulated world start by themselves while its time passes."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from stepkeeper.domain.schedule import parse_schedule
from tests.simulated.executions import Execution
from tests.simulated.refusal import Refusal
from tests.simulated.rules import Rule
from tests.simulated.schedules import Schedule
from tests.simulated.world import World
from tests.template import ACCOUNT, REGION

ON_TIME = timedelta(0)


class Due(NamedTuple):
    """A start that an open gate has to make at a moment."""

    at: datetime
    gate: str
    state_machine_arn: str
    input: str


def fire(world: World, after: datetime, until: datetime, *, late: timedelta = ON_TIME) -> list[Execution]:
    """Starts what was due after `after` and not after `until`, the clock having come to `until` at least.

        before = world.clock.now()
        world.clock.move(timedelta(hours=3))
        fire(world, before, world.clock.now())

    Each run began when it was due, or `late` after it, and its gate was open at that moment: it may have
    been toggled since. What is fired twice runs twice, as EventBridge may do it in rare cases.
    """
    return [run for each in due(world, after, until) if (run := _started(world, each, late))]


def due(world: World, after: datetime, until: datetime) -> list[Due]:
    """The starts of gates that were open at the time, in the order of time."""
    found = [each for rule in world.rules for each in _of_rule(rule, after, until)]
    found += [each for schedule in world.schedules for each in _of_schedule(schedule, after, until)]
    return sorted(found)


def _started(world: World, start: Due, late: timedelta) -> Execution | None:
    """The run, or None where Step Functions refuses it, as EventBridge would give it up then, too."""
    name = str(UUID(int=len(world.step_functions.runs), version=4))
    sent = {"stateMachineArn": start.state_machine_arn, "name": name, "input": start.input}
    try:
        arn = world.step_functions.start_execution(sent)["executionArn"]
    except Refusal:
        return None
    execution = world.step_functions.execution(arn)
    execution.started_at = min(start.at + late, world.clock.stamp)
    execution.history[0]["timestamp"] = execution.started_at
    return execution


def _of_rule(rule: Rule, after: datetime, until: datetime) -> Iterator[Due]:
    expression = rule.fields.get("ScheduleExpression")
    if expression is None:
        return
    schedule = parse_schedule(expression, time_zone=ZoneInfo("UTC"), anchor=rule.made_at)
    for at in schedule.starts_between(after, until):
        if rule.states.at(at) in ("DISABLED", None):
            continue
        for target in rule.targets:
            unknown = target.keys() - {"Id", "Arn", "RoleArn", "Input", "RetryPolicy", "DeadLetterConfig"}
            if unknown:
                raise NotImplementedError(f"no test lets a rule start anything by {sorted(unknown)}")
            text = target.get("Input", json.dumps(_event(rule, at)))
            yield Due(at, rule.arn, _machine(target), text)


def _of_schedule(schedule: Schedule, after: datetime, until: datetime) -> Iterator[Due]:
    its = schedule.fields
    if its["FlexibleTimeWindow"]["Mode"] != "OFF" or its["ActionAfterCompletion"] != "NONE":
        raise NotImplementedError(f"no test fires {schedule.arn}, with a window or a deletion at its end")
    times = parse_schedule(
        its["ScheduleExpression"],
        time_zone=ZoneInfo(its["ScheduleExpressionTimezone"]),
        starts_at=its.get("StartDate"),
        ends_at=its.get("EndDate"),
        anchor=schedule.made_at,
    )
    for at in times.starts_between(after, until):
        if schedule.states.at(at) == "ENABLED":
            text = its["Target"].get("Input", "{}")
            text = text.replace("<aws.scheduler.scheduled-time>", _written(at))
            if "<aws.scheduler." in text:
                raise NotImplementedError(f"no test lets {schedule.arn} start anything with {text}")
            yield Due(at, schedule.arn, _machine(its["Target"]), text)


def _machine(target: dict[str, Any]) -> str:
    arn: str = target["Arn"]
    if ":stateMachine:" not in arn:
        raise NotImplementedError(f"no test lets a gate start {arn}")
    return arn


def _event(rule: Rule, at: datetime) -> dict[str, Any]:
    """What a rule hands to a target that has no Input."""
    return {
        "version": "0",
        "id": str(UUID(int=int(at.timestamp()), version=4)),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT,
        "time": _written(at),
        "region": REGION,
        "resources": [rule.arn],
        "detail": {},
    }


def _written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
