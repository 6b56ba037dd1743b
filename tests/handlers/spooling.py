"""Pipelines that fail in a simulated AWS, and what Stepkeeper keeps of that."""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from stepkeeper.aws import lineages
from stepkeeper.domain.envelope import Envelope
from stepkeeper.domain.failure import FailureKey, FailureRecord
from tests.simulated.executions import Execution
from tests.simulated.notices import caught, status_change
from tests.simulated.queue import Queue
from tests.simulated.simulation import Simulation

OWN = {
    "ExportLogs": "own-export_logs",
    "LoadWhenReady": "own-load_when_ready",
    "DrainSpool": "own-drain_spool",
}


@dataclass
class Spooling:
    """`pipeline` is one of the state machines whose failures are spooled: those named `nightly-…`."""

    simulation: Simulation
    pipeline: str = field(init=False)

    def __post_init__(self) -> None:
        template = self.simulation.template
        template.overrides["SpoolMachines"] = "weekly-mail, nightly-*"
        template.attributes |= {(machine, "Name"): name for machine, name in OWN.items()}
        self.world = self.simulation.world
        self.pipeline = self.world.step_functions.add_machine("nightly-orders")

    def add_machines(self, number: int) -> list[str]:
        """Further state machines whose failures are spooled."""
        return [self.world.step_functions.add_machine(f"nightly-{index:02}") for index in range(number)]

    def fails(
        self,
        name: str = "2026-11-21",
        status: Any = "FAILED",
        *,
        machine: str | None = None,
        input: str = '{"key": "12345"}',
        **how: Any,
    ) -> Execution:
        """Starts a run that ends in the state Encode, at once."""
        run = self.simulation.start(machine or self.pipeline, name, input)
        why = {"error": "OutsideSystemDown", "cause": "503"} if status == "FAILED" else {}
        return self.world.step_functions.end(run, status, **{**why, **how})

    def redrive(self, execution: Execution) -> None:
        """As a person does, in the console."""
        token = str(execution.redrive_count)
        sent = {"executionArn": execution.arn, "clientToken": token}
        self.world.step_functions.redrive_execution(sent)

    def tell(self, execution: Execution, **detail: Any) -> Any:
        """The event of what the execution has come to; `detail` is what is different in it."""
        event = status_change(execution)
        return self.simulation.invoke("error_spooler", event | {"detail": event["detail"] | detail})

    def catch(self, execution: Execution, **changes: Any) -> Any:
        """The Catch of the state machine, which has told of the failure before the execution ended."""
        event = caught(execution, state="Encode", error="OutsideSystemDown", cause="503")
        return self.simulation.invoke("error_spooler", event | {"execution": event["execution"] | changes})

    def reconcile(self, *, after: timedelta = timedelta(0)) -> Any:
        """Calls the reconciler, after some time has passed."""
        self.world.clock.move(after)
        return self.simulation.invoke("spool_reconciler", {})

    def run_again(self) -> Any:
        """Empties the spool, and gives the reprocessor's answer."""
        self.world.spool.redeliver()
        return self.simulation.invoke("reprocessor", {"max": 100})

    @property
    def spooled(self) -> list[Envelope]:
        return envelopes(self.world.spool)

    @property
    def quarantined(self) -> list[Envelope]:
        return envelopes(self.world.quarantine)

    def remembered(self, key: FailureKey) -> FailureRecord | None:
        """What the state table says of a failure."""
        return lineages.read_record(self.simulation.client("dynamodb"), self.world.table.name, key)


def envelopes(queue: Queue) -> list[Envelope]:
    return [Envelope.model_validate(json.loads(body)) for body in queue.bodies]
