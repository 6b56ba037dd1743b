"""Pipelines of people who know nothing of Stepkeeper, for the watchdog to look after."""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from local.deployed import Operator
from tests.e2e.support.resources import role_arn

LASTS: dict[str, Any] = {"Type": "Wait", "Seconds": 1_000_000, "End": True}
FAILS: dict[str, Any] = {
    "Type": "Fail",
    "Error": "DiskFull",
    "Cause": "No space left on the volume of orders",
}
BREAKS: dict[str, Any] = {
    "Type": "Pass",
    "QueryLanguage": "JSONata",
    "Output": "{% $error('No space left') %}",
    "End": True,
}
"""Fails in the midst of its work, where a redrive goes on."""
SUCCEEDS: dict[str, Any] = {"Type": "Succeed"}
UNTOUCHED = "e2e-untouched"
"""The names of pipelines that know nothing of Stepkeeper, in its parameter SpoolMachines."""


@dataclass(frozen=True)
class Pipelines:
    """State machines of one test, whose names begin with the same word."""

    operator: Operator
    prefix: str

    def name(self, word: str) -> str:
        """The name of the pipeline that is called by this word here."""
        return f"{self.prefix}-{word}"

    def make(self, word: str, behaviour: dict[str, Any], *, type: str = "STANDARD") -> str:
        """Makes a pipeline of one step; gives its ARN."""
        return self.define(word, _definition(behaviour), type=type)

    def define(self, word: str, definition: str, *, type: str = "STANDARD") -> str:
        """Makes a pipeline with this definition; gives its ARN."""
        answer = self.operator.client("stepfunctions").create_state_machine(
            name=self.name(word),
            type=type,
            definition=definition,
            roleArn=role_arn(self.operator, "GuardedPipelineRole"),
        )
        return str(answer["stateMachineArn"])

    def change(self, state_machine_arn: str, behaviour: dict[str, Any]) -> None:
        """Gives a pipeline another definition, of one step."""
        self.operator.client("stepfunctions").update_state_machine(
            stateMachineArn=state_machine_arn, definition=_definition(behaviour)
        )

    def run(self, word: str, behaviour: dict[str, Any]) -> str:
        """Makes a pipeline, starts it and waits for its end, if it has one; gives its ARN."""
        arn = self.make(word, behaviour)
        execution = self.operator.start(arn, name="tonight", input={})
        if behaviour is not LASTS:
            self.operator.finished(execution)
        return arn

    def abort(self, state_machine_arn: str) -> None:
        """Stops what runs, as a person does."""
        for run in self.operator.runs(state_machine_arn):
            if run["status"] == "RUNNING":
                self.operator.client("stepfunctions").stop_execution(
                    executionArn=run["executionArn"], error="Stopped", cause="by alice"
                )
                self.operator.finished(run["executionArn"])


@contextmanager
def pipelines(operator: Operator, kind: str = "nightly") -> Iterator[Pipelines]:
    """Pipelines that are stopped and deleted at the end. Those of kind UNTOUCHED are spooled by events."""
    made = Pipelines(operator, f"{kind}-{uuid.uuid4().hex[:8]}")
    step_functions = operator.client("stepfunctions")
    try:
        yield made
    finally:
        for machine in step_functions.list_state_machines()["stateMachines"]:
            if machine["name"].startswith(made.prefix):
                made.abort(machine["stateMachineArn"])
                step_functions.delete_state_machine(stateMachineArn=machine["stateMachineArn"])


@contextmanager
def behaving(operator: Operator, state_machine_arn: str, behaviour: dict[str, Any]) -> Iterator[None]:
    """Makes a pipeline of the stack behave otherwise for a while."""
    step_functions = operator.client("stepfunctions")
    deployed = step_functions.describe_state_machine(stateMachineArn=state_machine_arn)["definition"]
    step_functions.update_state_machine(stateMachineArn=state_machine_arn, definition=_definition(behaviour))
    try:
        yield
    finally:
        step_functions.update_state_machine(stateMachineArn=state_machine_arn, definition=deployed)


def _definition(behaviour: dict[str, Any]) -> str:
    return json.dumps({"StartAt": "Work", "States": {"Work": behaviour}})
