"""State machines of Step Functions, and one execution of one, as far as anybody outside can see it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

REDRIVABLE_FOR = timedelta(days=14)
OPEN_FOR = timedelta(days=365)
KEPT_FOR = timedelta(days=90)
"""After that an execution is forgotten, and its name may be given again."""

TOKENS_KEPT = 10
TOKENS_KEPT_FOR = timedelta(minutes=15)


@dataclass(frozen=True)
class Revision:
    """A definition, and since when. The first one has no id."""

    id: str | None
    since: datetime


@dataclass(eq=False)
class StateMachine:
    arn: str
    name: str
    type: str
    created_at: datetime
    revision: Revision
    deleted: bool = False

    def listed(self) -> dict[str, Any]:
        """An item of ListStateMachines."""
        return {
            "stateMachineArn": self.arn,
            "name": self.name,
            "type": self.type,
            "creationDate": self.created_at,
        }

    def execution_arn(self, name: str) -> str:
        return f"{self.arn.replace(':stateMachine:', ':execution:')}:{name}"


@dataclass(eq=False)
class Execution:
    """`revision` is the one that it was started with, and `place` tells it from others of the same moment."""

    arn: str
    name: str
    input: str
    machine: StateMachine
    revision: Revision
    started_at: datetime
    place: int
    status: str = "RUNNING"
    stopped_at: datetime | None = None
    redriven_at: datetime | None = None
    redrive_count: int = 0
    output: str | None = None
    error: str | None = None
    cause: str | None = None
    history: list[dict[str, Any]] = field(default_factory=list)
    tokens: list[tuple[str, datetime]] = field(default_factory=list)

    @property
    def list_key(self) -> list[float]:
        """What ListExecutions sorts by: the newest is the smallest."""
        moment = self.stopped_at or self.redriven_at or self.started_at
        return [-moment.timestamp(), -self.place]

    def is_forgotten(self, now: datetime) -> bool:
        return self.stopped_at is not None and now - self.stopped_at > KEPT_FOR

    def why_not_redrivable(self, now: datetime) -> str | None:
        """AWS's words, or None: it can be redriven now."""
        if self.machine.deleted:
            return "State machine is in DELETING status"
        if self.status in ("RUNNING", "SUCCEEDED"):
            return f"Execution is {self.status} and cannot be redriven"
        if self.stopped_at and now - self.stopped_at > REDRIVABLE_FOR:
            return "Execution redrivable period exceeded"
        if now - self.started_at > OPEN_FOR:
            return "Execution has exceeded the max execution time"
        return None

    def has_seen(self, token: str, now: datetime) -> bool:
        """Whether a redrive under this token was asked for lately."""
        recent = [each for each in self.tokens[-TOKENS_KEPT:] if now - each[1] < TOKENS_KEPT_FOR]
        return any(each == token for each, _ in recent)

    def add_event(self, type: str, at: datetime, **details: Any) -> None:
        number = len(self.history) + 1
        self.history.append(
            {"timestamp": at, "type": type, "id": number, "previousEventId": number - 1, **details}
        )

    def close(
        self,
        status: str,
        at: datetime,
        *,
        output: str | None = None,
        error: str | None = None,
        cause: str | None = None,
    ) -> None:
        """Ends it, with the last event of its history."""
        told = {"output": output, "error": error, "cause": cause}
        name = status.title().replace("_", "")
        details = {field: text for field, text in told.items() if text is not None}
        self.add_event(f"Execution{name}", at, **{f"execution{name}EventDetails": details})
        self.status, self.stopped_at = status, at
        self.output, self.error, self.cause = output, error, cause

    def described(self, now: datetime) -> dict[str, Any]:
        """The answer of DescribeExecution."""
        reason = self.why_not_redrivable(now)
        optional = {
            "stopDate": self.stopped_at,
            "redriveDate": self.redriven_at,
            "output": self.output,
            "error": self.error,
            "cause": self.cause,
            "redriveStatusReason": reason,
        }
        return {
            "executionArn": self.arn,
            "stateMachineArn": self.machine.arn,
            "name": self.name,
            "status": self.status,
            "startDate": self.started_at,
            "input": self.input,
            "inputDetails": {"included": True},
            "redriveCount": self.redrive_count,
            "redriveStatus": "NOT_REDRIVABLE" if reason else "REDRIVABLE",
        } | {name: value for name, value in optional.items() if value is not None}

    def listed(self) -> dict[str, Any]:
        """An item of ListExecutions."""
        item = {
            "executionArn": self.arn,
            "stateMachineArn": self.machine.arn,
            "name": self.name,
            "status": self.status,
            "startDate": self.started_at,
            "redriveCount": self.redrive_count,
        }
        optional = {"stopDate": self.stopped_at, "redriveDate": self.redriven_at}
        return item | {name: moment for name, moment in optional.items() if moment}
