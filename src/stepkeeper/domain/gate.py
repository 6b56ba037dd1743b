"""A gate: the EventBridge rule or EventBridge Scheduler schedule that starts a pipeline."""

import re
from dataclasses import dataclass
from typing import Literal

from stepkeeper.domain.arn import parse_arn
from stepkeeper.errors import InvalidGate

GateState = Literal["ENABLED", "DISABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"]

NAME = re.compile(r"[-.\w]{1,64}", re.ASCII)
"""Rules, schedules and schedule groups alike."""

BUS = re.compile(r"[-./\w]{1,256}", re.ASCII)
"""The name of a partner's bus has slashes in it."""

KINDS = {"events": "rule", "scheduler": "schedule"}
FORMS = "'rule/NAME', 'rule/BUS/NAME', 'schedule/GROUP/NAME', or the ARN of a rule or schedule"


@dataclass(frozen=True)
class Gate:
    """What starts a pipeline. `group` is a rule's event bus or a schedule's group."""

    kind: Literal["rule", "schedule"]
    group: str
    name: str

    def __str__(self) -> str:
        """The end of its ARN: the one way a gate is written, whichever way it was given."""
        if self.kind == "rule" and self.group == "default":
            return f"rule/{self.name}"
        return f"{self.kind}/{self.group}/{self.name}"


def parse_gate(text: str, *, region: str, account: str) -> Gate:
    """The gate that an operator wrote down, as a short form or as an ARN.

    `region` and `account` are where Stepkeeper runs: gates elsewhere are out of its reach.
    Raises InvalidGate.
    """
    path = text.strip()
    if path.startswith("arn:"):
        path = _within_reach(path, region=region, account=account)
    kind, _, rest = path.partition("/")
    group, slash, name = rest.rpartition("/")
    if kind == "rule" and not slash:
        group = "default"
    if kind == "rule" and NAME.fullmatch(name) and BUS.fullmatch(group):
        return Gate("rule", group, name)
    if kind == "schedule" and NAME.fullmatch(name) and NAME.fullmatch(group):
        return Gate("schedule", group, name)
    raise InvalidGate(f"{text[:200]!r} is no gate. A gate is written {FORMS}.")


def parse_gates(texts: list[str], *, region: str, account: str) -> list[Gate]:
    """The gates that an operator listed, each once, in the order of the list. Raises InvalidGate."""
    return list(dict.fromkeys(parse_gate(text, region=region, account=account) for text in texts))


def _within_reach(text: str, *, region: str, account: str) -> str:
    """The end of the ARN of a rule or schedule in this account and Region. Raises InvalidGate."""
    try:
        arn = parse_arn(text)
    except ValueError as error:
        raise InvalidGate(f"{error}. A gate is written {FORMS}.") from error
    if not arn.resource.startswith(f"{KINDS.get(arn.service)}/"):
        raise InvalidGate(f"{text[:200]!r} is the ARN of something else. A gate is written {FORMS}.")
    if (arn.region, arn.account) != (region, account):
        raise InvalidGate(
            f"{text[:200]!r} is not in the account and Region of this function ({account}, {region}), "
            "and only gates that are can be toggled."
        )
    return arn.resource
