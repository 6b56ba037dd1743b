"""Pipelines that fail, in a world of their own, and whoever tells of it."""

import json
from dataclasses import dataclass, field
from typing import Any

from tests.promises.failures import Failed, failure_of_input, lineage_of
from tests.promises.ledger import Ledger
from tests.simulated.executions import Execution
from tests.simulated.notices import caught, status_change
from tests.simulated.queue import Queue
from tests.simulated.simulation import Simulation
from tests.simulated.step_functions import Status
from tests.simulated.world import World


@dataclass
class Pipelines:
    """`with_catch` spools its own failures, `without` knows nothing of Stepkeeper; events tell of both."""

    simulation: Simulation
    seed: int | None = None
    ledger: Ledger = field(default_factory=Ledger)
    world: World = field(init=False)
    with_catch: str = field(init=False)
    without: str = field(init=False)

    def __post_init__(self) -> None:
        self.world = self.simulation.begin(self.seed)
        self.with_catch = self.world.step_functions.add_machine("guarded")
        self.without = self.world.step_functions.add_machine("nightly-orders")
        self.simulation.template.overrides |= {
            "SpoolMachines": "guarded, nightly-*",
            "DefaultStateMachineArn": self.without,
        }

    def start(self, machine: str, name: str, input: Any = None) -> Execution:
        """A run as its schedule starts it."""
        text = json.dumps({"order": name} if input is None else input)
        return self.world.step_functions.execution(self.simulation.start(machine, name, text))

    def end(self, run: Execution, status: Status = "FAILED", **how: Any) -> dict[str, Any]:
        """Ends a run; gives what EventBridge tells of it."""
        if status != "SUCCEEDED":
            self.ledger.failed(run)
        error = "Down" if status == "FAILED" else None
        return status_change(self.world.step_functions.end(run.arn, status, **{"error": error, **how}))

    def fail(self, machine: str, name: str, input: Any = None, **how: Any) -> dict[str, Any]:
        """A run that fails; gives what EventBridge tells of it."""
        return self.end(self.start(machine, name, input), **how)

    def fail_often(self, machine: str, attempt: int) -> dict[str, Any]:
        """The failure of this number of a lineage, whose earlier ones nobody remembers."""
        run = self.start(machine, f"r{attempt - 1}-{lineage_of('long ago')}-often")
        self.world.step_functions.runs.pop()
        return self.end(run)

    def spool(self, machine: str, *names: str, **how: Any) -> list[Failed]:
        """Failed runs that were spooled as they should be."""
        for name in names:
            self.simulation.invoke("error_spooler", self.fail(machine, name, **how))
        return list(self.ledger.failures.values())[-len(names) :]

    def catch(self, run: Execution) -> dict[str, Any]:
        """What the Catch of a machine tells; the run has still to reach its Fail state."""
        self.ledger.failed(run)
        return caught(run, state="Encode", error="Down")

    def end_caught(self, run: Execution) -> dict[str, Any]:
        """Lets a run end in its Fail state, if it has not yet; gives what EventBridge tells of it."""
        if run.status == "RUNNING":
            return self.end(run, state="Failed", state_type="Fail")
        return self.event_of(run)

    def event_of(self, run: Execution) -> dict[str, Any]:
        """What EventBridge tells of a run as it is now."""
        return status_change(run)

    def end_all(self) -> bool:
        """Lets what runs come to its end; says whether anything did."""
        running = self.running()
        for execution in running:
            if (execution.arn, execution.redrive_count) in self.ledger.failures:
                self.end_caught(execution)
            else:
                self.end(execution, "SUCCEEDED")
        return bool(running)

    def running(self) -> list[Execution]:
        """What runs, in the order in which it first began."""
        runs = {run.execution.arn: run.execution for run in self.world.step_functions.runs}
        return [execution for execution in runs.values() if execution.status == "RUNNING"]

    def tell_input(self, input: dict[str, Any], request_id: str) -> dict[str, Any]:
        """What a Catch tells that gives no execution, in a request of this id."""
        self.ledger.add(failure_of_input(request_id, input))
        return {**input, "error-info": {"Error": "Down", "Cause": ""}}

    def put(self, body: str, queue: Queue | None = None, *, input: Any = None) -> None:
        """A message that somebody else puts on a queue."""
        sent = {"QueueUrl": (queue or self.world.spool).url, "MessageBody": body}
        message_id = str(self.world.call("sqs", "SendMessage", sent)["MessageId"])
        failed = self.ledger.add(failure_of_input(message_id, body if input is None else input))
        if queue is self.world.quarantine:
            self.ledger.aside.add(failed.key)
