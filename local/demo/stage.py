"""What the scenes share: an operator with a deployed stack, and a way to show what happens on it."""

from collections.abc import Callable
from dataclasses import dataclass

from rich.console import Console
from rich.live import Live
from rich.table import Table

from local.bigquery import BigQuery
from local.deployed import Operator
from local.slack import Slack

COLOURS = {
    "SUCCEEDED": "green",
    "ENABLED": "green",
    "COMPLETED": "green",
    "FAILED": "red",
    "DISABLED": "yellow",
    "RUNNING": "cyan",
}


class SceneFailed(Exception):
    """Something on the stage is not as it should be."""


@dataclass(frozen=True)
class Stage(Operator):
    """The operator's stack, what it talks to, and the console that shows what happens on it."""

    console: Console
    bigquery: BigQuery
    slack: Slack

    def say(self, text: str) -> None:
        """Tells what happens next."""
        self.console.print(f"  {text}")

    def expect(self, what: str, *, seen: object, wanted: object) -> None:
        """Shows that something is as it should be. Raises SceneFailed where it is not."""
        if seen != wanted:
            self.console.print(f"  [red]✘[/] {what}")
            raise SceneFailed(f"{what}: wanted {wanted!r}, saw {seen!r}")
        self.console.print(f"  [green]✔[/] {what}")

    def watch(
        self, what: str, states: Callable[[], dict[str, str]], *, done: Callable[[dict[str, str]], bool]
    ) -> dict[str, str]:
        """Shows states while they change, until they are as wanted."""
        with Live(console=self.console, refresh_per_second=8) as live:

            def probe() -> dict[str, str]:
                seen = states()
                live.update(_state_table(seen))
                return seen if done(seen) else {}

            seen = self.until(what, probe)
        if not self.console.is_terminal:
            self.console.print()  # a terminal gets this line break from the live display
        return seen


def _coloured(state: str) -> str:
    """A state as it is shown."""
    return f"[{COLOURS.get(state, 'white')}]{state}[/]"


def _state_table(states: dict[str, str]) -> Table:
    table = Table.grid(padding=(0, 2))
    for name, state in states.items():
        table.add_row("   ", name, _coloured(state))
    return table
