"""The parts of an Amazon Resource Name."""

from dataclasses import dataclass
from typing import NamedTuple

STATE_MACHINE_ARN = r"^arn:[^:]+:states:[^:]+:[^:]+:stateMachine:[^:]+$"
"""The pattern of a state machine's ARN, without version or alias."""

EXECUTION_ARN = r"^arn:[^:]+:states:[^:]+:[^:]+:execution:[^:]+:.+$"
"""The pattern of the ARN of an execution of a STANDARD state machine."""


@dataclass(frozen=True)
class Arn:
    """`arn:<partition>:<service>:<region>:<account>:<resource>`"""

    partition: str
    service: str
    region: str
    account: str
    resource: str


def parse_arn(text: str) -> Arn:
    """The parts of `text`. Raises ValueError where it is no ARN."""
    parts = text.split(":", 5)
    if len(parts) != 6 or parts[0] != "arn" or not all(parts[1:3]) or not parts[5]:
        raise ValueError(f"{text[:200]!r} is no ARN")
    return Arn(*parts[1:])


class Home(NamedTuple):
    """Where Stepkeeper runs: what it looks after is in the same account and Region."""

    region: str
    account: str
