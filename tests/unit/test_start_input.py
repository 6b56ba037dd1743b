"""The input that a gate would have given a run."""

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from stepkeeper.domain.start_input import Target, input_of_rule, input_of_schedule
from stepkeeper.errors import StartNotReproducible

MACHINE = "arn:aws:states:ap-northeast-1:123456789012:stateMachine:report"
OTHER = "arn:aws:sqs:ap-northeast-1:123456789012:queue"
RULE = "arn:aws:events:ap-northeast-1:123456789012:rule/start-report"
SCHEDULE = "arn:aws:scheduler:ap-northeast-1:123456789012:schedule/default/start-report"
START = datetime(2026, 11, 21, 10, tzinfo=ZoneInfo("Asia/Tokyo"))


def of_schedule(target: Target) -> str:
    return input_of_schedule(target, schedule_arn=SCHEDULE, state_machine_arn=MACHINE, start=START)


def of_rule(*targets: Target) -> str:
    return input_of_rule(targets, rule_arn=RULE, state_machine_arn=MACHINE, start=START)


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ('{"key": 1}', '{"key": 1}'),
        ("text", "text"),
        ('{"at": "<aws.scheduler.scheduled-time>"}', '{"at": "2026-11-21T01:00:00Z"}'),
        ('["<aws.scheduler.schedule-arn>", "<aws.scheduler.attempt-number>"]', f'["{SCHEDULE}", "1"]'),
        ("<aws.scheduler.scheduled-time><aws.scheduler.scheduled-time>", "2026-11-21T01:00:00Z" * 2),
        ("<aws.scheduler.unknown>", "<aws.scheduler.unknown>"),
    ],
)
def test_what_a_schedule_would_have_sent(given: str, sent: str) -> None:
    assert of_schedule(Target(MACHINE, given)) == sent


def test_what_is_made_up_is_the_same_each_time() -> None:
    target = Target(MACHINE, "<aws.scheduler.execution-id>")

    assert of_schedule(target) == of_schedule(target) != "<aws.scheduler.execution-id>"
    assert of_rule(Target(MACHINE)) == of_rule(Target(MACHINE))


def test_what_a_rule_would_have_sent() -> None:
    event: dict[str, Any] = json.loads(of_rule(Target(OTHER, "no"), Target(MACHINE)))

    assert of_rule(Target(MACHINE, '{"key": 1}'), Target(OTHER)) == '{"key": 1}'
    assert of_rule(Target(MACHINE, "")) == ""
    event.pop("id")
    assert event == {
        "version": "0",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "123456789012",
        "time": "2026-11-21T01:00:00Z",
        "region": "ap-northeast-1",
        "resources": [RULE],
        "detail": {},
    }


@pytest.mark.parametrize(
    "targets",
    [[], [Target(OTHER)], [Target(MACHINE), Target(MACHINE)], [Target(MACHINE, is_transformed=True)]],
)
def test_what_a_rule_would_have_sent_is_not_guessed(targets: list[Target]) -> None:
    with pytest.raises(StartNotReproducible, match="by hand"):
        of_rule(*targets)


def test_what_a_schedule_without_an_input_would_have_sent_is_not_guessed() -> None:
    with pytest.raises(StartNotReproducible, match="has no Input"):
        of_schedule(Target(MACHINE))


def test_what_a_schedule_of_something_else_would_have_sent_is_not_guessed() -> None:
    with pytest.raises(StartNotReproducible, match="Start the run by hand"):
        of_schedule(Target(OTHER))
