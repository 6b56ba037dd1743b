"""The chain of tests.mapped on an evening on which everything has gone well."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from stepkeeper.aws import standings
from stepkeeper.status_change import StatusChangeDetail, ended_run_of
from tests.mapped import Mapped, make_chain
from tests.simulated.simulation import Simulation

INGEST, REPORT, MAIL = "schedule/default/start-ingest", "rule/start-report", "schedule/default/start-mail"
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


def well(simulation: Simulation, folder: Path) -> Mapped:
    """At 23:04:05; the pipelines start at 01:00, 03:00 and 05:00."""
    mapped = make_chain(simulation, folder)
    for run in mapped.pass_time(20 * HOUR):
        was_well(mapped, mapped.end(run, "SUCCEEDED"))
    for name in ("ingest", "report"):
        was_well(mapped, mapped.end(mapped.start(name, "by-hand"), "SUCCEEDED"))
    mapped.world.functions.invoked.clear()
    return mapped


def was_well(mapped: Mapped, event: dict[str, Any]) -> None:
    """Stepkeeper knows of the run that an event tells of; what it would do besides is left out."""
    run = ended_run_of(StatusChangeDetail(**event["detail"]))
    assert run
    table, name = mapped.world.table.name, event["detail"]["stateMachineArn"].rpartition(":")[2]
    standings.note_run(mapped.simulation.client("dynamodb"), table, name, run)


def made_up(mapped: Mapped) -> list[str]:
    """The starts that were made up for, in the order of the runs."""
    runs = mapped.world.step_functions.runs
    return [run.name.split("-")[1] for run in runs if run.name.startswith("missed-")]


def recover(mapped: Mapped, pipeline: str) -> None:
    """A person's run of the pipeline succeeds."""
    mapped.pass_time(SECOND)
    name = f"again-{len(mapped.world.step_functions.runs)}"
    mapped.tell(mapped.end(mapped.start(pipeline, name), "SUCCEEDED"))
