"""A pipeline, as the operator's map describes it."""

from dataclasses import dataclass
from datetime import time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from stepkeeper.domain.gate import Gate

Missed = Literal["drop", "run-once", "run-all"]


@dataclass(frozen=True)
class ReopenAt:
    """At the next `time` by the clock of `zone`."""

    time: time
    zone: ZoneInfo


Reopen = Literal["on-success", "by-hand"] | ReopenAt


@dataclass(frozen=True)
class Pipeline:
    """One table of the map. `state_machine` is a name or an ARN, as it was given.

    Without `started_by` there is no gate; `blocks` are the names of pipelines that have one.
    """

    name: str
    state_machine: str
    started_by: Gate | None = None
    succeeds_within: timedelta | None = None
    blocks: tuple[str, ...] = ()
    reopen: Reopen = "on-success"
    missed: Missed = "drop"
    channel: str | None = None
    remind_every: timedelta | None = None


def state_machine_name(name_or_arn: str) -> str:
    """The name of a state machine that was given by name or by ARN."""
    return name_or_arn.rsplit(":", 1)[-1]
