"""Step Functions: state machines with their revisions, and the lists of what there is."""

import json
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

from tests.simulated.clock import Clock
from tests.simulated.executions import Execution, Revision, StateMachine
from tests.simulated.pages import page
from tests.simulated.refusal import Refusal, only
from tests.template import ACCOUNT, REGION

ROLE = f"arn:aws:iam::{ACCOUNT}:role/runs-pipelines"
TASK = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": True}
DEFINITION = json.dumps({"StartAt": "Encode", "States": {"Encode": TASK}})


class StateMachines:
    """With `short_pages` (a source of chance) a page may be any shorter than it was asked to be."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._machines: dict[str, StateMachine] = {}
        self._executions: dict[str, Execution] = {}
        self.short_pages: Random | None = None

    def add_machine(self, name: str = "nightly-orders", *, type: str = "STANDARD") -> str:
        """Gives the ARN of a state machine that was made yesterday."""
        arn = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{name}"
        made_at = self._clock.stamp - timedelta(days=1)
        self._machines[arn] = StateMachine(arn, name, type, made_at, Revision(None, made_at))
        return arn

    def update_machine(self, arn: str) -> None:
        """Gives it another definition; what runs keeps the old one."""
        machine = self._machines[arn]
        number = UUID(machine.revision.id).int if machine.revision.id else 0
        machine.revision = Revision(str(UUID(int=number + 1)), self._clock.stamp)

    def delete_machine(self, arn: str) -> None:
        self._machines.pop(arn).deleted = True

    def machine(self, arn: str) -> StateMachine:
        if ":stateMachine:" not in arn:
            raise Refusal("InvalidArn", f"Invalid Arn: '{arn}'")
        if arn not in self._machines:
            raise Refusal("StateMachineDoesNotExist", f"State Machine Does Not Exist: '{arn}'")
        return self._machines[arn]

    def execution(self, arn: str) -> Execution:
        found = self._executions.get(arn)
        if found is None or found.is_forgotten(self._clock.stamp):
            raise Refusal("ExecutionDoesNotExist", f"Execution Does Not Exist: '{arn}'")
        return found

    def executions(self, machine_arn: str) -> list[Execution]:
        """Those that Step Functions still knows, in the order in which they began."""
        now = self._clock.stamp
        known = (each for each in self._executions.values() if each.machine.arn == machine_arn)
        return sorted((each for each in known if not each.is_forgotten(now)), key=lambda each: each.place)

    def list_executions(self, sent: dict[str, Any]) -> dict[str, Any]:
        only(sent, "stateMachineArn", "statusFilter", "maxResults", "nextToken")
        machine, status = self.machine(sent["stateMachineArn"]), sent.get("statusFilter")
        if machine.type == "EXPRESS":
            raise Refusal("StateMachineTypeNotSupported", "This operation is not supported by this type.")
        found = [each for each in self.executions(machine.arn) if status in (None, each.status)]
        keyed = ((each.list_key, each.listed()) for each in found)
        return page("executions", keyed, sent, of=[machine.arn, status], short=self.short_pages)

    def list_state_machines(self, sent: dict[str, Any]) -> dict[str, Any]:
        only(sent, "maxResults", "nextToken")
        keyed = (([each.name], each.listed()) for each in self._machines.values())
        return page("stateMachines", keyed, sent, of=["machines"], short=self.short_pages)

    def get_execution_history(self, sent: dict[str, Any]) -> dict[str, Any]:
        only(sent, "executionArn", "maxResults", "nextToken", "reverseOrder", "includeExecutionData")
        execution, order = self.execution(sent["executionArn"]), -1 if sent.get("reverseOrder") else 1
        told = sent.get("includeExecutionData", True)
        keyed = (
            ([order * event["id"]], event if told else _without_data(event)) for event in execution.history
        )
        return page("events", keyed, sent, of=[execution.arn, order], short=self.short_pages)

    def describe_state_machine(self, sent: dict[str, Any]) -> dict[str, Any]:
        only(sent, "stateMachineArn", "includedData")
        machine = self.machine(sent["stateMachineArn"])
        return _described(machine, machine.revision, sent) | {
            "status": "ACTIVE",
            "type": machine.type,
            "creationDate": machine.created_at,
        }

    def describe_state_machine_for_execution(self, sent: dict[str, Any]) -> dict[str, Any]:
        only(sent, "executionArn", "includedData")
        execution = self.execution(sent["executionArn"])
        return _described(execution.machine, execution.revision, sent) | {
            "updateDate": execution.revision.since
        }


def _described(machine: StateMachine, revision: Revision, sent: dict[str, Any]) -> dict[str, Any]:
    hidden = sent.get("includedData") == "METADATA_ONLY"
    told = {"stateMachineArn": machine.arn, "name": machine.name, "roleArn": ROLE}
    told["definition"] = "{}" if hidden else DEFINITION
    return told | ({"revisionId": revision.id} if revision.id else {})


def _without_data(event: dict[str, Any]) -> dict[str, Any]:
    return {
        name: {key: its for key, its in value.items() if key not in ("input", "output")}
        if isinstance(value, dict)
        else value
        for name, value in event.items()
    }
