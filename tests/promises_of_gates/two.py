"""An ingest that blocks a report, each of which is started by a rule."""

from pathlib import Path

from tests.mapped import Mapped, put_map
from tests.promises_of_gates.well import recover
from tests.simulated.simulation import Simulation

MAP = """
[pipelines.ingest]
state_machine = "ingest"
started_by = "{ingest}"
blocks = ["report"]

[pipelines.report]
state_machine = "report"
started_by = "rule/start-report"
missed = "{missed}"
"""


def two(
    simulation: Simulation, folder: Path, *, missed: str, report: str, by: str = "cron(0 1 * * ? *)"
) -> Mapped:
    """An ingest and a report, both well. It is 03:04:05."""
    put_map(simulation, folder, MAP.format(missed=missed, ingest="rule/start-ingest"))
    world = simulation.world
    for name in ("ingest", "report"):
        arn = world.step_functions.add_machine(name)
        expression = {"ingest": by, "report": report}[name]
        given = {"pattern": "{}"} if expression == "pattern" else {"expression": expression}
        world.rules.add(f"start-{name}", targets=[{"Id": name, "Arn": arn, "Input": "{}"}], **given)
    mapped = Mapped(simulation)
    recover(mapped, "ingest")
    recover(mapped, "report")
    world.functions.invoked.clear()
    return mapped
