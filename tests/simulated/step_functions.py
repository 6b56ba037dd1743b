"""Step Functions: what its API does with executions. How each goes on is for the tests to say."""

import json
import re
import uuid
from dataclasses import dataclass
from typing import Any, Literal

from tests.simulated.clock import Clock
from tests.simulated.executions import Execution
from tests.simulated.refusal import Refusal, only
from tests.simulated.state_machines import StateMachines

FORBIDDEN = re.compile(r"[\s<>{}\[\]?*\"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f\ufffe\uffff]")
INPUT_BYTES = 262_144

Status = Literal["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]


@dataclass(frozen=True)
class Run:
    """A run that was begun, anew or by a redrive. An answer that was only repeated is none."""

    by: Literal["start", "redrive"]
    execution: Execution
    input: str
    redrive_count: int

    @property
    def name(self) -> str:
        return self.execution.name


class StepFunctions(StateMachines):
    """`runs` has every run in the order in which they began."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.runs: list[Run] = []

    def end(
        self,
        execution_arn: str,
        status: Status,
        *,
        error: str | None = None,
        cause: str | None = None,
        state: str = "Encode",
        state_type: str = "Task",
    ) -> Execution:
        """Ends a run in a state: a Fail state for one that was seen to fail, a Task where it broke off."""
        execution, now = self.execution(execution_arn), self._clock.stamp
        assert execution.status == "RUNNING", f"{execution.name} has {execution.status} already"
        if status == "TIMED_OUT":
            error = error or "States.Timeout"
        execution.add_event(
            f"{state_type}StateEntered",
            now,
            stateEnteredEventDetails={"name": state, "input": execution.input},
        )
        why = {name: text for name, text in (("error", error), ("cause", cause)) if text is not None}
        if status == "SUCCEEDED":
            execution.add_event(
                f"{state_type}StateExited", now, stateExitedEventDetails={"name": state, "output": "{}"}
            )
        elif state_type == "Task" and status == "FAILED":
            details = {"resourceType": "lambda", "resource": "invoke", **why}
            execution.add_event("TaskFailed", now, taskFailedEventDetails=details)
        output = "{}" if status == "SUCCEEDED" else None
        execution.close(status, now, output=output, error=error, cause=cause)
        return execution

    def start_execution(self, sent: dict[str, Any]) -> dict[str, Any]:
        only(sent, "stateMachineArn", "name", "input")
        machine, now = self.machine(sent["stateMachineArn"]), self._clock.stamp
        name, input = sent.get("name") or str(uuid.UUID(int=len(self.runs))), sent.get("input", "{}")
        _check(name, input)
        arn = machine.execution_arn(name)
        if machine.type == "EXPRESS":
            arn = f"{arn.replace(':execution:', ':express:')}:{uuid.UUID(int=len(self.runs))}"
        earlier = self._executions.get(arn)
        if earlier and not earlier.is_forgotten(now):
            if earlier.status != "RUNNING" or earlier.input != input:
                raise Refusal("ExecutionAlreadyExists", f"Execution Already Exists: '{arn}'")
            return {"executionArn": arn, "startDate": earlier.started_at}
        execution = Execution(arn, name, input, machine, machine.revision, now, place=len(self.runs))
        execution.add_event("ExecutionStarted", now, executionStartedEventDetails={"input": input})
        self._executions[arn] = execution
        self.runs.append(Run("start", execution, input, 0))
        return {"executionArn": arn, "startDate": now}

    def redrive_execution(self, sent: dict[str, Any]) -> dict[str, Any]:
        only(sent, "executionArn", "clientToken")
        execution, now = self.execution(sent["executionArn"]), self._clock.stamp
        if execution.machine.type == "EXPRESS":
            raise Refusal("ValidationException", "This operation is not supported for EXPRESS executions.")
        if execution.has_seen(sent["clientToken"], now) and execution.redriven_at:
            return {"redriveDate": execution.redriven_at}
        reason = execution.why_not_redrivable(now)
        if reason:
            raise Refusal("ExecutionNotRedrivable", reason)
        execution.tokens.append((sent["clientToken"], now))
        execution.status, execution.redriven_at, execution.stopped_at = "RUNNING", now, None
        execution.error = execution.cause = None
        execution.redrive_count += 1
        execution.place = len(self.runs)
        execution.add_event(
            "ExecutionRedriven", now, executionRedrivenEventDetails={"redriveCount": execution.redrive_count}
        )
        self.runs.append(Run("redrive", execution, execution.input, execution.redrive_count))
        return {"redriveDate": now}

    def stop_execution(self, sent: dict[str, Any]) -> dict[str, Any]:
        only(sent, "executionArn", "error", "cause")
        execution = self.execution(sent["executionArn"])
        if execution.status == "RUNNING":
            self.end(execution.arn, "ABORTED", error=sent.get("error"), cause=sent.get("cause"))
        return {"stopDate": execution.stopped_at}

    def describe_execution(self, sent: dict[str, Any]) -> dict[str, Any]:
        only(sent, "executionArn", "includedData")
        described = self.execution(sent["executionArn"]).described(self._clock.stamp)
        if sent.get("includedData") == "METADATA_ONLY":
            for name in ("input", "inputDetails", "output"):
                described.pop(name, None)
        return described


def _check(name: str, input: str) -> None:
    if len(name) > 80 or FORBIDDEN.search(name):
        raise Refusal("InvalidName", f"Invalid Name: '{name}'")
    if len(input.encode("utf-8", "surrogatepass")) > INPUT_BYTES:
        raise Refusal(
            "ValidationException",
            "1 validation error detected: Value at 'input' failed to satisfy constraint: "
            f"Member must have length less than or equal to {INPUT_BYTES}",
        )
    try:
        json.loads(input)
    except ValueError:
        raise Refusal("InvalidExecutionInput", f"Invalid State Machine Execution Input: '{input}'") from None
