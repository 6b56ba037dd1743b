"""Rules and schedules fire as on AWS, by a clock that can be moved."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.embedded_aws import EmbeddedAws, EmbeddedAwsError
from tests.local.support import Queue, Role, error_code, new_name, poll, run_inside

TOMORROW = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
ATTRIBUTES = json.dumps(
    {
        "due": "<aws.scheduler.scheduled-time>",
        "id": "<aws.scheduler.execution-id>",
        "schedule": "<aws.scheduler.schedule-arn>",
        "attempt": "<aws.scheduler.attempt-number>",
    }
)

# MiniStack's own tick, in its own modules: what it fires when its clock says what `AT` says.
BARE_TICK = """
import json
from ministack.services import eventbridge, scheduler

fired, clock = [], [0.0]
eventbridge._invoke_target = lambda target, event, rule, view=None: fired.append(clock[0])
eventbridge._now_ts = scheduler.time.time = lambda: clock[0]
def tick(at):
    clock[0] = at
    eventbridge._tick_scheduled_rules()
    scheduler._tick_schedules()
"""


@pytest.fixture(autouse=True)
def _it_is_midnight(embedded: EmbeddedAws) -> Iterator[None]:
    embedded.move_schedule_clock(TOMORROW)
    yield
    embedded.move_schedule_clock(datetime.now(UTC))


def test_a_rule_fires_when_the_clock_comes_to_its_time_and_not_before(embedded: EmbeddedAws) -> None:
    queue, _ = _nightly_rule(embedded)
    embedded.move_schedule_clock(TOMORROW + timedelta(hours=3, minutes=59))
    early = queue.take()

    embedded.move_schedule_clock(TOMORROW + timedelta(hours=4))

    assert early == []
    assert [json.loads(body)["time"] for body in queue.take()] == [f"{TOMORROW:%Y-%m-%d}T04:00:00Z"]


def test_a_rule_fires_once_for_all_that_fell_due_in_a_move(embedded: EmbeddedAws) -> None:
    queue, _ = _nightly_rule(embedded)

    embedded.move_schedule_clock(TOMORROW + timedelta(days=3))

    assert len(queue.take()) == 1


def test_the_clock_runs_on_from_where_it_was_set(embedded: EmbeddedAws) -> None:
    queue, _ = _nightly_rule(embedded)
    embedded.move_schedule_clock(TOMORROW + timedelta(hours=3, minutes=59, seconds=59))

    assert poll(queue.take)


def test_only_schedules_see_the_clock(embedded: EmbeddedAws) -> None:
    embedded.move_schedule_clock(TOMORROW + timedelta(days=400))

    created = embedded.client("iam").get_role(RoleName=Role(embedded).name)["Role"]["CreateDate"]

    assert created < TOMORROW


def test_a_rule_that_is_enabled_again_does_not_make_up_for_what_it_missed(embedded: EmbeddedAws) -> None:
    queue, rule = _nightly_rule(embedded)
    embedded.client("events").disable_rule(Name=rule)
    embedded.move_schedule_clock(TOMORROW + timedelta(hours=5))

    embedded.client("events").enable_rule(Name=rule)
    embedded.move_schedule_clock(TOMORROW + timedelta(hours=6))

    assert queue.take() == []
    assert _bare_catches_up() == 1


def _bare_catches_up() -> int:
    """How often MiniStack alone fires a rule at once that was disabled over its time."""
    return int(
        run_inside(f"""{BARE_TICK}
eventbridge._rules._data["a", "r", "k"] = rule = {{
    "State": "ENABLED", "ScheduleExpression": "cron(0 4 * * ? *)",
    "Arn": "arn:aws:events:r:a:rule/k", "EventBusName": "default", "CreationTime": 0,
}}
eventbridge._targets._data["a", "r", "k"] = [{{"Id": "1", "Arn": "x"}}]
tick(0)
rule["State"] = "DISABLED"
tick(5 * 3600)
rule["State"] = "ENABLED"
tick(6 * 3600)
print(json.dumps(len(fired)))
""")
    )


@pytest.mark.parametrize(
    ("expression", "local_time_in_utc"),
    [("cron(0 4 * * ? *)", timedelta(hours=19)), (f"at({TOMORROW:%Y-%m-%d}T04:00:00)", timedelta(hours=-5))],
)
def test_a_schedule_keeps_to_its_time_zone(
    embedded: EmbeddedAws, expression: str, local_time_in_utc: timedelta
) -> None:
    due = TOMORROW + local_time_in_utc
    embedded.move_schedule_clock(due - timedelta(minutes=1))
    queue, _ = _schedule(embedded, expression, ScheduleExpressionTimezone="Asia/Tokyo")
    early = queue.take()

    embedded.move_schedule_clock(due)

    assert early == []
    assert len(queue.take()) == 1


def test_ministack_alone_takes_every_schedule_for_utc() -> None:
    fired = run_inside(f"""{BARE_TICK}
scheduler._schedules._data["a", "r", "default/k"] = {{
    "State": "ENABLED", "ScheduleExpression": "cron(0 4 * * ? *)", "Target": {{"Arn": "x"}},
    "ScheduleExpressionTimezone": "Asia/Tokyo", "CreationDate": 0, "Arn": "x",
}}
for hour in range(24):
    tick(hour * 3600)
print(json.dumps(fired))
""")

    assert fired == [4 * 3600]


def test_a_schedule_that_is_enabled_again_does_not_make_up_for_what_it_missed(embedded: EmbeddedAws) -> None:
    queue, settings = _schedule(embedded, "cron(0 4 * * ? *)", State="DISABLED")
    embedded.move_schedule_clock(TOMORROW + timedelta(hours=5))

    embedded.client("scheduler").update_schedule(**settings | {"State": "ENABLED"})
    embedded.move_schedule_clock(TOMORROW + timedelta(hours=6))

    assert queue.take() == []


def test_an_input_is_told_when_its_schedule_was_due(embedded: EmbeddedAws) -> None:
    queue, settings = _schedule(embedded, "cron(30 0 * * ? *)", sent=ATTRIBUTES)

    embedded.move_schedule_clock(TOMORROW + timedelta(hours=1))
    embedded.move_schedule_clock(TOMORROW + timedelta(days=1, hours=1))

    first, second = (json.loads(body) for body in queue.take())
    schedule = embedded.client("scheduler").get_schedule(Name=settings["Name"])
    assert first["due"] == f"{TOMORROW:%Y-%m-%d}T00:30:00Z"
    assert second["due"] == f"{TOMORROW + timedelta(days=1):%Y-%m-%d}T00:30:00Z"
    assert first["id"] != second["id"]
    assert first["schedule"] == schedule["Arn"]
    assert first["attempt"] == "1"


def test_ministack_alone_leaves_an_input_as_it_is() -> None:
    sent = run_inside(f"""
import json
from ministack.services import eventbridge, scheduler

sent = []
eventbridge._dispatch_to_sqs = lambda spec, payload, parameters: sent.append(payload)
scheduler._schedules._data["000000000000", "ap-northeast-1", "default/k"] = {{
    "State": "ENABLED", "ScheduleExpression": "at(2020-01-01T00:00:00)", "CreationDate": 0, "Arn": "x",
    "Target": {{"Arn": "arn:aws:sqs:ap-northeast-1:000000000000:q", "Input": {ATTRIBUTES!r}}},
}}
scheduler._tick_schedules()
print(json.dumps(sent))
""")

    assert sent == [ATTRIBUTES]


def test_a_schedule_fires_between_its_start_and_its_end_only(embedded: EmbeddedAws) -> None:
    start, end = TOMORROW + timedelta(days=2), TOMORROW + timedelta(days=3)
    queue, _ = _schedule(embedded, "cron(0 4 * * ? *)", StartDate=start, EndDate=end)
    fired = {}

    for days in range(1, 6):
        embedded.move_schedule_clock(TOMORROW + timedelta(days=days))
        fired[days] = len(queue.take())

    assert fired == {1: 0, 2: 0, 3: 1, 4: 0, 5: 0}


def test_a_one_time_schedule_is_gone_after_it_fired_if_it_says_so(embedded: EmbeddedAws) -> None:
    at = f"at({TOMORROW:%Y-%m-%d}T04:00:00)"
    queue, settings = _schedule(embedded, at, ActionAfterCompletion="DELETE")

    embedded.move_schedule_clock(TOMORROW + timedelta(hours=5))

    assert len(queue.take()) == 1
    assert (
        error_code(lambda: embedded.client("scheduler").get_schedule(Name=settings["Name"]))
        == "ResourceNotFoundException"
    )


def test_an_update_that_omits_a_field_puts_it_back_to_its_default(embedded: EmbeddedAws) -> None:
    _, settings = _schedule(
        embedded, "rate(1 day)", State="DISABLED", ScheduleExpressionTimezone="Asia/Tokyo", Description="x"
    )
    required = ("Name", "ScheduleExpression", "FlexibleTimeWindow", "Target")

    embedded.client("scheduler").update_schedule(**{name: settings[name] for name in required})

    updated = embedded.client("scheduler").get_schedule(Name=settings["Name"])
    assert updated["State"] == "ENABLED"
    assert updated["ScheduleExpressionTimezone"] == "UTC"
    assert not updated.get("Description")


def test_a_wrong_time_is_refused_and_says_why(embedded: EmbeddedAws) -> None:
    with pytest.raises(EmbeddedAwsError, match="then"):
        embedded.control("schedule-clock", then=1)


def _nightly_rule(aws: EmbeddedAws) -> tuple[Queue, str]:
    queue, rule, events = Queue(aws), new_name("rule"), aws.client("events")
    events.put_rule(Name=rule, ScheduleExpression="cron(0 4 * * ? *)")
    events.put_targets(Rule=rule, Targets=[{"Id": "1", "Arn": queue.arn}])
    return queue, rule


def _schedule(
    aws: EmbeddedAws, expression: str, *, sent: str = "{}", **settings: Any
) -> tuple[Queue, dict[str, Any]]:
    queue = Queue(aws)
    settings |= {
        "Name": new_name("schedule"),
        "ScheduleExpression": expression,
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {"Arn": queue.arn, "RoleArn": Role(aws).arn, "Input": sent},
    }
    aws.client("scheduler").create_schedule(**settings)
    return queue, settings
