"""EventBridge: rules, what each of them has, and switching them on and off."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.simulated.clock import Clock
from tests.simulated.refusal import Refusal, only
from tests.simulated.states import States
from tests.simulated.table import copied
from tests.template import ACCOUNT, REGION

DEFAULT_BUS = "default"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/starts-pipelines"
REPLACED = ("ScheduleExpression", "EventPattern", "Description", "RoleArn")
"""What PutRule sets to nothing where it is not given it. Targets it leaves alone."""


@dataclass(eq=False)
class Rule:
    """`fields` has what PutRule was given of the fields that it replaces."""

    name: str
    bus: str
    made_at: datetime
    fields: dict[str, Any]
    targets: list[dict[str, Any]]
    states: States
    managed_by: str | None = None

    @property
    def arn(self) -> str:
        bus = "" if self.bus == DEFAULT_BUS else f"{self.bus}/"
        return f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{bus}{self.name}"

    def described(self) -> dict[str, Any]:
        """The answer of DescribeRule."""
        managed = {"ManagedBy": self.managed_by} if self.managed_by else {}
        return {
            "Name": self.name,
            "Arn": self.arn,
            "EventBusName": self.bus,
            "State": self.states.now,
            "CreatedBy": ACCOUNT,
            **self.fields,
            **managed,
        }


class Rules:
    """The calls, each named as its operation; event buses are there once a rule was added to them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._rules: dict[tuple[str, str], Rule] = {}

    def __iter__(self) -> Iterator[Rule]:
        return iter(self._rules.values())

    def add(
        self,
        name: str,
        *,
        bus: str = DEFAULT_BUS,
        expression: str | None = None,
        pattern: str | None = None,
        targets: Sequence[dict[str, Any]] = (),
        state: str = "ENABLED",
        managed_by: str | None = None,
        **fields: Any,
    ) -> str:
        """Gives the gate `rule/…` of a rule that was made yesterday.

        A target needs its Arn only; `fields` are Description and RoleArn.
        """
        given = {"ScheduleExpression": expression, "EventPattern": pattern, **fields}
        only(given, *REPLACED)
        made_at = self._clock.stamp - timedelta(days=1)
        rule = Rule(
            name,
            bus,
            made_at,
            {field: value for field, value in given.items() if value},
            [{"Id": str(number), "RoleArn": ROLE, **its} for number, its in enumerate(targets)],
            States(self._clock, [(made_at, state)]),
            managed_by,
        )
        self._rules[bus, name] = rule
        return rule.arn.rpartition(":")[2]

    def remove(self, name: str, *, bus: str = DEFAULT_BUS) -> None:
        del self._rules[bus, name]

    def rule(self, name: str, bus: str = DEFAULT_BUS) -> Rule:
        """Raises ResourceNotFoundException. A bus is named, or its ARN is given."""
        bus = bus.rpartition(":event-bus/")[2]
        if bus not in {DEFAULT_BUS, *(known for known, _ in self._rules)}:
            raise Refusal("ResourceNotFoundException", f"Event bus {bus} does not exist.")
        if (bus, name) not in self._rules:
            raise Refusal("ResourceNotFoundException", f"Rule {name} does not exist.")
        return self._rules[bus, name]

    def describe_rule(self, sent: dict[str, Any]) -> dict[str, Any]:
        only(sent, "Name", "EventBusName")
        return self._named(sent).described()

    def disable_rule(self, sent: dict[str, Any]) -> dict[str, Any]:
        only(sent, "Name", "EventBusName")
        self._writable(sent).states.set("DISABLED")
        return {}

    def enable_rule(self, sent: dict[str, Any]) -> dict[str, Any]:
        only(sent, "Name", "EventBusName")
        self._writable(sent).states.set("ENABLED")
        return {}

    def put_rule(self, sent: dict[str, Any]) -> dict[str, Any]:
        """Of a rule that is there; others are made with `add`."""
        only(sent, "Name", "EventBusName", "State", *REPLACED)
        if not sent.get("ScheduleExpression") and not sent.get("EventPattern"):
            message = "Parameter(s) EventPattern or ScheduleExpression must be specified."
            raise Refusal("ValidationException", message)
        rule = self._writable(sent)
        if sent.get("ScheduleExpression") and rule.bus != DEFAULT_BUS:
            message = "ScheduleExpression is supported only on the default event bus."
            raise Refusal("ValidationException", message)
        rule.fields = {field: sent[field] for field in REPLACED if sent.get(field)}
        rule.states.set(sent.get("State") or "ENABLED")
        return {"RuleArn": rule.arn}

    def list_targets_by_rule(self, sent: dict[str, Any]) -> dict[str, Any]:
        """In one page: a rule has five targets at most."""
        only(sent, "Rule", "EventBusName")
        return {"Targets": copied(self._named({**sent, "Name": sent["Rule"]}).targets)}

    def _named(self, sent: dict[str, Any]) -> Rule:
        return self.rule(sent["Name"], sent.get("EventBusName") or DEFAULT_BUS)

    def _writable(self, sent: dict[str, Any]) -> Rule:
        rule = self._named(sent)
        if rule.managed_by:
            raise Refusal("ManagedRuleException", f"Rule {rule.name} is managed by {rule.managed_by}.")
        return rule
