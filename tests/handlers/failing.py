"""What failed of a pipeline is run again by the reprocessor, on the simulated AWS."""

import json
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import boto3
from botocore.model import OperationModel

from stepkeeper.aws import breakers
from stepkeeper.domain.breaker import Outage
from stepkeeper.domain.lineage import lineage_of
from tests.handlers.spooling import Spooling
from tests.simulated.executions import Execution
from tests.simulated.step_functions import Run, Status

DOWN = "OutsideSystemDown"


class Failing(Spooling):
    """A pipeline whose failures are told by their events, and a person who calls the reprocessor."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._plans: list[tuple[str, Iterator[int], Callable[[], object]]] = []
        boto3._get_default_session().events.register("before-parameter-build", self._before)

    def begin_again(self) -> None:
        """Forgets all that has happened."""
        self.world = self.simulation.begin()
        self.pipeline = self.world.step_functions.add_machine("nightly-orders")
        self._plans.clear()

    def fail(
        self, name: str = "2026-11-21", *, input: Any = None, machine: str | None = None, **how: Any
    ) -> str:
        """Lets a run fail and be spooled; gives its lineage."""
        text = json.dumps({"key": name} if input is None else input)
        arn = self.simulation.start(machine or self.pipeline, name, text)
        self.end(arn, **how)
        return lineage_of(arn)

    def end(
        self, execution_arn: str, status: Status = "FAILED", *, error: str | None = DOWN, **how: Any
    ) -> Execution:
        """Ends a run, and tells of it."""
        error = error if status == "FAILED" else None
        execution = self.world.step_functions.end(execution_arn, status, error=error, **how)
        self.tell(execution)
        return execution

    def put(self, body: str) -> str:
        """Puts any message on the spool, of which nothing else is known; gives its id."""
        sent = {"QueueUrl": self.world.spool.url, "MessageBody": body}
        return str(self.world.call("sqs", "SendMessage", sent)["MessageId"])

    def put_failed(self, name: str = "2026-11-21", **changes: Any) -> str:
        """Puts an envelope on the spool, of which nothing else is known; gives its lineage."""
        arn = self.world.step_functions.machine(self.pipeline).execution_arn(name)
        envelope = {
            "version": 1,
            "lineage": lineage_of(arn),
            "attempt": 1,
            "state_machine_arn": self.pipeline,
            "execution_arn": arn,
            "redrive_count": 0,
            "input": {"key": name},
            "state": "Encode",
            "error": DOWN,
            "cause": "",
            "failed_at": "2026-11-21T03:04:05Z",
        }
        self.put(json.dumps(envelope | changes))
        return lineage_of(arn)

    def put_many(self, count: int) -> list[str]:
        """Puts so many envelopes on the spool; gives their lineages."""
        return [self.put_failed(f"run-{number:03d}") for number in range(count)]

    def ask(self, action: str = "run", **more: Any) -> Any:
        """Calls the reprocessor; `simulation.wire.calls` are its calls then."""
        self.simulation.wire.calls.clear()
        return self.simulation.invoke("reprocessor", {"action": action, **more})

    def plan(self, **how: Any) -> str:
        """Makes a plan and gives its id."""
        return str(self.ask("plan", **how)["plan"])

    def stop(self, outage: Outage) -> None:
        """Remembers an outage, as a call has done that saw the runs fail again."""
        breakers.write_outage(self.simulation.client("dynamodb"), self.world.table.name, outage)

    def just_before(self, operation: str, happens: Callable[[], object], *, nth: int = 1) -> None:
        """Lets something happen before the nth call of an operation from now on."""
        self._plans.append((operation, count(1 - nth), happens))

    def _before(self, model: OperationModel, **_: Any) -> None:
        for operation, to_come, happens in self._plans:
            if model.name == operation and next(to_come) == 0:
                happens()

    @property
    def reruns(self) -> list[Run]:
        """What was started again or redriven, in order."""
        runs = self.world.step_functions.runs
        return [run for run in runs if run.by == "redrive" or run.name.startswith("r")]

    @property
    def visible(self) -> int:
        """How many messages of the spool could be received now."""
        return sum(each.visible_at <= self.world.clock.stamp for each in self.world.spool.messages)
