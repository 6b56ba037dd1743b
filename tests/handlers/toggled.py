"""A rule and a schedule that the rule toggler may toggle, each with every field set."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from stepkeeper.handlers import rule_toggler
from tests.conftest import FakeContext
from tests.gates import make_rule, make_schedule, rule_as_it_is, schedule_as_it_is
from tests.memory import Stack

RULE = "rule/start-report"
SCHEDULE = "schedule/default/start-mail"
BOTH = (RULE, SCHEDULE)

CLOSING = {
    RULE: [
        "events:DescribeRule",
        "dynamodb:GetItem",
        "dynamodb:UpdateItem",
        "events:DisableRule",
        "dynamodb:UpdateItem",
    ],
    SCHEDULE: [
        "scheduler:GetSchedule",
        "dynamodb:GetItem",
        "dynamodb:UpdateItem",
        "scheduler:GetSchedule",
        "scheduler:UpdateSchedule",
        "dynamodb:UpdateItem",
    ],
}
OPENING = {
    RULE: [*CLOSING[RULE][:3], "events:EnableRule", "dynamodb:DeleteItem"],
    SCHEDULE: [*CLOSING[SCHEDULE][:5], "dynamodb:DeleteItem"],
}
"""The AWS calls with which a gate is closed, and those with which it is opened."""


@dataclass
class Toggled:
    """Without targets, `close` and `open` invoke the handler with the constant input."""

    stack: Stack
    configure: Callable[..., None]

    def __post_init__(self) -> None:
        self.configure("RuleTogglerFunction", GateTargets=",".join(BOTH))
        make_rule(self.stack.aws)
        make_schedule(self.stack.aws)

    def close(self, *targets: str, **said: str) -> Any:
        return self._toggle("disable", targets, said)

    def open(self, *targets: str, **said: str) -> Any:
        return self._toggle("enable", targets, said)

    def by_hand(self, target: str, state: str) -> None:
        """A person sets the state of a gate, past Stepkeeper."""
        if target == RULE:
            method = "disable_rule" if state == "DISABLED" else "enable_rule"
            getattr(self.stack.aws.client("events"), method)(Name="start-report")
            return
        scheduler = self.stack.aws.client("scheduler")
        fields = schedule_as_it_is(self.stack.aws)
        writable = {key: value for key, value in fields.items() if key not in ("Arn", "CreationDate")}
        scheduler.update_schedule(**{**writable, "State": state})

    def as_it_is(self, target: str) -> dict[str, Any]:
        return rule_as_it_is(self.stack.aws) if target == RULE else schedule_as_it_is(self.stack.aws)

    def state(self, target: str) -> str:
        return str(self.as_it_is(target)["State"])

    def holds(self) -> list[dict[str, Any]]:
        """What the state table says."""
        table = self.stack.state_table
        found: list[dict[str, Any]] = self.stack.aws.client("dynamodb").scan(TableName=table)["Items"]
        return found

    def owners(self) -> set[str]:
        return {owner for hold in self.holds() for owner in hold.get("owners", {}).get("SS", [])}

    def _toggle(self, action: str, targets: tuple[str, ...], said: dict[str, str]) -> Any:
        event = {"action": action, "targets": list(targets), **said} if targets else {"detail": action}
        return rule_toggler.handler(event, FakeContext())
