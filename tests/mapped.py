"""Pipelines of a map in a simulated world, each with a state machine and a gate that starts it."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.scheduled_starts import fire
from tests.simulated.executions import Execution
from tests.simulated.notices import status_change
from tests.simulated.simulation import Simulation
from tests.simulated.world import World
from tests.template import ACCOUNT, REGION

CHAIN = """
[pipelines.ingest]
state_machine = "ingest"
started_by = "schedule/default/start-ingest"
succeeds_within = "1h"
blocks = ["report"]

[pipelines.report]
state_machine = "report"
started_by = "rule/start-report"
succeeds_within = "1h"
blocks = ["mail"]
missed = "run-once"

[pipelines.mail]
state_machine = "mail"
started_by = "schedule/default/start-mail"
channel = "#mail"
"""
"""At 01:00, 03:00 and 05:00 UTC, by `make_chain`."""


@dataclass
class Mapped:
    """What happens in the world of a map, and what Stepkeeper is told of it."""

    simulation: Simulation

    @property
    def world(self) -> World:
        return self.simulation.world

    def pass_time(self, time: timedelta) -> list[Execution]:
        """Lets time pass, and open gates start what falls due; gives the runs, which go on."""
        before = self.world.clock.now()
        self.world.clock.move(time)
        return fire(self.world, before, self.world.clock.now())

    def arn(self, pipeline: str) -> str:
        return f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{pipeline}"

    def start(self, pipeline: str, name: str) -> Execution:
        """A person starts a run."""
        return self.world.step_functions.execution(self.simulation.start(self.arn(pipeline), name))

    def end(self, run: Execution, status: str) -> dict[str, Any]:
        """A run ends; gives the event of it, which has not arrived yet."""
        return status_change(self.world.step_functions.end(run.arn, status))

    def tell(self, event: dict[str, Any]) -> Any:
        """The event arrives."""
        return self.simulation.invoke("rule_toggler", event)

    def tick(self) -> Any:
        return self.simulation.invoke("execution_watchdog", {})

    def deliver(self) -> None:
        """The rule toggler is called as the watchdog wants it."""
        invoked = self.world.functions.invoked
        for each in [each for each in invoked if each.handler == "rule_toggler"]:
            invoked.remove(each)
            self.simulation.invoke(each.handler, each.payload)

    def reconcile(self) -> Any:
        return self.simulation.invoke("gate_reconciler", {})

    def states(self, *gates: str) -> list[str]:
        return [self.world.gates.state(gate) for gate in gates]

    def owners(self, gate: str) -> set[str]:
        """Who holds a gate closed, as the state table has it."""
        for item in self.world.table.items:
            if (item["pk"]["S"], item["sk"]["S"]) == (f"gate#{gate}", "hold"):
                return set(item.get("owners", {}).get("SS", []))
        return set()

    @property
    def told(self) -> list[str]:
        """The notices, in their order."""
        return [each.payload["text"] for each in self.world.functions.invoked if each.handler == "notifier"]


def put_map(simulation: Simulation, folder: Path, content: str) -> None:
    """The functions find this map in their artifact."""
    folder.mkdir(exist_ok=True)
    (folder / "pipelines.toml").write_text(content, encoding="utf-8")
    simulation.template.task_root = str(folder)


def make_chain(simulation: Simulation, folder: Path) -> Mapped:
    """The three pipelines of CHAIN."""
    put_map(simulation, folder, CHAIN)
    world = simulation.world
    machines = {name: world.step_functions.add_machine(name) for name in ("ingest", "report", "mail")}
    world.schedules.add("start-ingest", expression="cron(0 1 * * ? *)", starts=machines["ingest"])
    world.rules.add(
        "start-report",
        expression="cron(0 3 * * ? *)",
        targets=[{"Id": "report", "Arn": machines["report"], "Input": '{"by": "rule"}'}],
    )
    world.schedules.add(
        "start-mail", expression="cron(0 5 * * ? *)", starts=machines["mail"], input='{"to": 1}'
    )
    return Mapped(simulation)
