"""Scene 9: what it cost, counted and not estimated: API calls and state transitions of each scene."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from rich.table import Table

from local.demo.stage import Stage

DOLLARS_PER_TRANSITION = 0.025 / 1000
"""Standard workflows, the price of most Regions."""


@dataclass
class Bill:
    """The counts of each scene, in the order they were played."""

    stage: Stage
    rows: list[tuple[str, Counter[str], int]] = field(default_factory=list)

    @contextmanager
    def scene(self, title: str) -> Iterator[None]:
        """Counts what happens within the block."""
        calls, transitions = len(self.stage.aws.calls()), self._transitions()
        yield
        self.stage.until("every run ends", lambda: all(run["status"] != "RUNNING" for run in self._runs()))
        made = self.stage.aws.calls()[calls:]
        by_us = Counter(f"{call.service}:{call.action}" for call in made if call.principal != "root")
        self.rows.append((title, by_us, self._transitions() - transitions))

    def table(self) -> Table:
        """The bill: the calls that Stepkeeper's functions made, and the transitions of all state machines."""
        table = Table("scene", "API calls", "the most frequent", "state transitions", title="What it cost")
        for title, calls, transitions in self.rows:
            frequent = ", ".join(f"{count} {name}" for name, count in calls.most_common(3))
            table.add_row(title, str(calls.total()), frequent, str(transitions))
        total = sum(transitions for _, _, transitions in self.rows)
        made = sum(counted.total() for _, counted, _ in self.rows)
        dollars = f"{total} (${total * DOLLARS_PER_TRANSITION:.4f})"
        table.add_row("[bold]all[/]", f"[bold]{made}[/]", "", f"[bold]{dollars}[/]", style="on grey11")
        return table

    def _transitions(self) -> int:
        """Each entered state is one, and each retry is one more."""
        total = 0
        for run in self._runs():
            types = Counter(event["type"] for event in self.stage.history(run["executionArn"]))
            entered = sum(count for name, count in types.items() if name.endswith("StateEntered"))
            total += entered + types["TaskScheduled"] - types["TaskStateEntered"]
        return total

    def _runs(self) -> list[dict[str, Any]]:
        machines = self.stage.client("stepfunctions").list_state_machines()["stateMachines"]
        return [run for machine in machines for run in self.stage.runs(machine["stateMachineArn"])]
