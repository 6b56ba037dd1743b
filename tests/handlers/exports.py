"""Log groups that are exported in a simulated AWS, and runs of export_logs, step by step or as a whole."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from stepkeeper.aws import known_groups, ledger
from stepkeeper.domain.ledger import Entry
from stepkeeper.domain.turn import Turn
from stepkeeper.exports.errors import LimitExceededException
from tests.simulated.simulation import Simulation
from tests.simulated.world import World

GROUP = "/orders/nightly"
AUGUST = datetime(2026, 8, 1, tzinfo=UTC)
SEPTEMBER = datetime(2026, 9, 1, tzinfo=UTC)
OCTOBER = datetime(2026, 10, 1, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 1, tzinfo=UTC)
"""The simulation begins on 2026-11-21."""

NIGHTLY = '[exports.nightly]\nlog_groups = ["/orders/nightly"]\n'
ALL = '[exports.all]\nprefixes = ["/"]\n'

MOST_STEPS = 500

Answer = dict[str, Any]


def ms(moment: datetime) -> int:
    """Milliseconds since 1970."""
    return round(moment.timestamp() * 1000)


@dataclass
class Exports:
    """`machine` is export_logs; what is to be exported, `choose` says."""

    simulation: Simulation
    folder: Path
    machine: str = field(init=False)

    def __post_init__(self) -> None:
        self.machine = self.world.step_functions.add_machine("stepkeeper-export_logs")
        self.choose("")

    @property
    def world(self) -> World:
        return self.simulation.world

    @property
    def bucket(self) -> str:
        return self.world.s3.bucket

    def begin_again(self) -> None:
        """Forgets all that has happened."""
        self.simulation.begin()
        self.machine = self.world.step_functions.add_machine("stepkeeper-export_logs")

    def choose(self, content: str) -> None:
        """From now on this is exports.toml, in an artifact of its own, as after a deployment."""
        artifact = self.folder / f"artifact-{len(list(self.folder.iterdir()))}"
        artifact.mkdir()
        (artifact / "exports.toml").write_text(content, encoding="utf-8")
        self.simulation.template.task_root = str(artifact)

    def add_group(self, name: str = GROUP, created: datetime = SEPTEMBER, **how: Any) -> None:
        """A log group with an event on the second day of each month."""
        self.world.logs.add_group(name, created, **how)
        for month in (AUGUST, SEPTEMBER, OCTOBER, NOVEMBER):
            if month >= created:
                event = {"timestamp": ms(month + timedelta(days=1)), "message": f"{month:%B}"}
                self.world.logs.put(name, "stream", [event])

    def start_execution(self, name: str) -> str:
        """Starts export_logs and gives the ARN."""
        return self.simulation.start(self.machine, name)

    def end_execution(self, name: str) -> None:
        self.world.step_functions.end(self.arn(name), "SUCCEEDED")

    def arn(self, name: str) -> str:
        return self.world.step_functions.machine(self.machine).execution_arn(name)

    def ask(self, handler: str, **event: Any) -> Answer:
        """Calls a handler; `simulation.wire.calls` are its calls then."""
        self.simulation.wire.calls.clear()
        answer: Answer = self.simulation.invoke(handler, event)
        return answer

    def begin(self, name: str = "one", **more: Any) -> Answer:
        event = {"action": "begin", "execution": self.start_execution(name), "run": self.arn(name), **more}
        return self.ask("bucket_checker", **event)

    def next(self, name: str = "one", **more: Any) -> Answer:
        return self.ask("bucket_checker", run=self.arn(name), **more)

    def start(self, period: Answer, name: str = "one") -> Answer:
        return self.ask("log_exporter", action="start", period=period, run=self.arn(name))

    def check(self, period: Answer, name: str = "one") -> Answer:
        return self.ask("log_exporter", action="check", period=period, run=self.arn(name))

    def audit(self) -> Answer:
        return self.ask("bucket_checker", action="audit")

    def accept(self, log_group: str, period: str, reason: str = "nobody needs it") -> Answer:
        return self.ask("bucket_checker", action="accept", log_group=log_group, period=period, reason=reason)

    def export(self, period: Answer, name: str = "one") -> Answer:
        """Starts a part, waits, and checks, as the state machine does."""
        for _ in range(MOST_STEPS):
            try:
                self.start(period, name)
                break
            except LimitExceededException:
                self.world.clock.move(timedelta(hours=1))
        for _ in range(MOST_STEPS):
            self.world.clock.move(timedelta(minutes=5))
            if (answer := self.check(period, name))["progress"] != "running":
                return answer
        raise AssertionError(f"{period} never ended")

    def run(self, name: str = "one", **begin: Any) -> Answer:
        """A whole run; gives what it says at its end. `exported` are the parts in their order."""
        self.begin(name, **begin)
        exported: list[tuple[str, str]] = []
        after: Answer = {}
        for _ in range(MOST_STEPS):
            answer = self.next(name, **after)
            if answer["state"] == "done":
                self.end_execution(name)
                return {**answer, "exported": exported}
            self.export(answer["period"], name)
            after = {"after": answer["period"]["log_group"]}
            exported.append((answer["period"]["log_group"], answer["period"]["id"]))
        raise AssertionError(f"{name} never ended")

    def entries(self, log_group: str = GROUP) -> list[Entry]:
        return ledger.entries_of(self.simulation.client("dynamodb"), self.world.table.name, log_group)

    def states(self, log_group: str = GROUP) -> dict[str, str]:
        """The last edition's state of each period."""
        return {entry.period: entry.state for entry in self.entries(log_group)}

    @property
    def turn(self) -> Turn | None:
        return known_groups.read_turn(self.simulation.client("dynamodb"), self.world.table.name)

    def manifest(self, period: str, path: str = "orders/nightly", folder: str = "exports") -> Any:
        """None where there is none."""
        content = self.world.s3.objects.get(f"{folder}/manifests/{path}/{period}.json")
        return json.loads(content) if content else None

    @property
    def told(self) -> list[str]:
        """The notices, in their order."""
        return [each.payload["text"] for each in self.world.functions.invoked if each.handler == "notifier"]
