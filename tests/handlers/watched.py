"""A pipeline that the execution watchdog watches, and somebody who gets its alerts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from stepkeeper.handlers import execution_watchdog
from tests.conftest import FakeContext
from tests.inbox import Inbox
from tests.memory import Stack
from tests.pipelines import make_pipeline, make_run


@dataclass
class Watched:
    """`ran` makes a run, and `check` invokes the handler. Times are counted in minutes from `now`."""

    stack: Stack
    configure: Callable[..., None]

    def __post_init__(self) -> None:
        self.configure("ExecutionWatchdogFunction")
        self.now = datetime.now(UTC).replace(microsecond=0)
        self.pipeline = make_pipeline(self.stack.aws)
        self.inbox = Inbox(self.stack)

    def at(self, minutes: float) -> datetime:
        return self.now + timedelta(minutes=minutes)

    def ran(
        self, status: str, *, started: float, stopped: float | None = None, name: str = "run", **why: str
    ) -> str:
        return make_run(
            self.stack.aws,
            self.pipeline,
            name,
            status,
            started=self.at(started),
            stopped=None if stopped is None else self.at(stopped),
            **why,
        )

    def check(self, **when: str) -> Any:
        return execution_watchdog.handler({"SFN_ARN": self.pipeline, **when}, FakeContext())

    def alerts(self) -> list[dict[str, Any]]:
        return self.inbox.take()

    def let_time_pass(self, passed: timedelta) -> None:
        """As if what was told had been told earlier."""
        table = self.stack.aws.client("dynamodb")
        for item in table.scan(TableName=self.stack.state_table)["Items"]:
            told_at = datetime.fromisoformat(item["told_at"]["S"]) - passed
            table.put_item(
                TableName=self.stack.state_table, Item={**item, "told_at": {"S": told_at.isoformat()}}
            )
