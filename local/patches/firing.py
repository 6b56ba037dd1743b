"""Fires the rules and schedules of MiniStack that fell due in a span of time."""

import contextvars
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from local.patches.due import at_due, cron_due, rate_due

UTC_ZONE = ZoneInfo("UTC")
ENABLED_RULE = ("ENABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS")


def fire_due(after: datetime, until: datetime) -> None:
    """Fire everything enabled that is due in (after, until], once each."""
    from ministack.services import eventbridge, scheduler

    for (account, region, key), rule in list(eventbridge._rules._data.items()):
        due = _rule_due(rule, after, until) if rule["State"] in ENABLED_RULE else None
        if due:
            targets = eventbridge._targets._data.get((account, region, key), [])
            _send(account, region, "aws.events", due, rule, targets)
    for scope, schedule in list(scheduler._schedules._data.items()):
        due = _schedule_due(schedule, after, until) if schedule["State"] == "ENABLED" else None
        if due:
            account, region, _ = scope
            target = _filled_in(schedule["Target"], schedule["Arn"], due)
            _send(account, region, "aws.scheduler", due, schedule, [target])
        if schedule["ActionAfterCompletion"] == "DELETE" and _is_complete(schedule, due, until):
            scheduler._schedules._data.pop(scope, None)


def _filled_in(target: dict[str, Any], schedule_arn: str, due: datetime) -> dict[str, Any]:
    """The target with its input as Scheduler sends it; the scheduled time is when it was due."""
    from ministack.core.responses import new_uuid

    if "Input" not in target:
        return target
    attributes = {
        "attempt-number": "1",
        "execution-id": new_uuid(),
        "schedule-arn": schedule_arn,
        "scheduled-time": f"{due:%Y-%m-%dT%H:%M:%SZ}",
    }
    sent = target["Input"]
    for name, value in attributes.items():
        sent = sent.replace(f"<aws.scheduler.{name}>", value)
    return {**target, "Input": sent}


def _rule_due(rule: dict[str, Any], after: datetime, until: datetime) -> datetime | None:
    # MiniStack's CloudFormation notes no creation time, which a rate counts from; it was since the last look.
    created = rule.setdefault("CreationTime", after.timestamp())
    anchor = datetime.fromtimestamp(created, UTC)
    return _due(rule["ScheduleExpression"], UTC_ZONE, anchor, after, until)


def _schedule_due(schedule: dict[str, Any], after: datetime, until: datetime) -> datetime | None:
    expression, zone = schedule["ScheduleExpression"], ZoneInfo(schedule["ScheduleExpressionTimezone"])
    if expression.startswith("at("):
        return at_due(expression, zone, after, until)
    start, end = _moment(schedule, "StartDate"), _moment(schedule, "EndDate")
    anchor = start or datetime.fromtimestamp(schedule["CreationDate"], UTC)
    earliest = max(after, start - timedelta(microseconds=1)) if start else after
    return _due(expression, zone, anchor, earliest, min(until, end) if end else until)


def _due(
    expression: str, zone: ZoneInfo, anchor: datetime, after: datetime, until: datetime
) -> datetime | None:
    from ministack.services import eventbridge

    seconds = eventbridge._parse_rate_seconds(expression)
    if seconds is not None:
        return rate_due(timedelta(seconds=seconds), anchor, after, until)
    fields = eventbridge._parse_cron_fields(expression)
    return cron_due(_next_local(fields), zone, after, until) if fields else None


def _next_local(fields: object) -> Callable[[datetime], datetime | None]:
    from ministack.services import eventbridge

    def next_local(local: datetime) -> datetime | None:
        # MiniStack works out a cron expression in UTC; a wall clock that calls itself UTC serves as well.
        found = eventbridge._cron_next_fire(fields, local.replace(tzinfo=UTC))
        return found.replace(tzinfo=None) if found else None

    return next_local


def _moment(schedule: dict[str, Any], name: str) -> datetime | None:
    from ministack.services import scheduler

    epoch = scheduler._to_epoch(schedule.get(name))
    return None if epoch is None else datetime.fromtimestamp(epoch, UTC)


def _is_complete(schedule: dict[str, Any], due: datetime | None, until: datetime) -> bool:
    if schedule["ScheduleExpression"].startswith("at("):
        return due is not None
    end = _moment(schedule, "EndDate")
    return end is not None and until > end


def _send(
    account: str,
    region: str,
    source: str,
    due: datetime,
    rule: dict[str, Any],
    targets: list[dict[str, Any]],
) -> None:
    from ministack.core.responses import new_uuid, set_request_account_id, set_request_region
    from ministack.services import eventbridge

    event = {
        "EventId": new_uuid(),
        "Source": source,
        "DetailType": "Scheduled Event",
        "Detail": "{}",
        "EventBusName": "default",
        "Time": due.timestamp(),
        "Resources": [rule["Arn"]],
        "Account": account,
        "Region": region,
    }

    def send() -> None:
        set_request_account_id(account)
        set_request_region(region)
        for target in targets:
            eventbridge._invoke_target(target, event, rule)

    contextvars.copy_context().run(send)
