"""Acts on a deployed stack as its operator does: calls functions, starts runs, looks, and waits."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from local.embedded_aws import EmbeddedAws
from local.stack import Stack

T = TypeVar("T")


class NeverHappened(Exception):
    """What was waited for did not come in time."""


class FunctionFailed(Exception):
    """A function ended with an error. `error` is its name, `message` what it said."""

    def __init__(self, error: str, message: str) -> None:
        super().__init__(f"{error}: {message}")
        self.error = error
        self.message = message


@dataclass(frozen=True)
class Operator:
    """Somebody with root credentials and a stack to look after."""

    aws: EmbeddedAws
    stack: Stack

    def client(self, service: str) -> Any:
        """A boto3 client with root credentials."""
        return self.aws.client(service)

    def output(self, name: str) -> str:
        """An output of the stack."""
        return self.stack.outputs[name]

    def until(self, what: str, probe: Callable[[], T], *, seconds: float = 60) -> T:
        """Asks until the answer is truthy, and gives it. Raises NeverHappened after `seconds`."""
        deadline = time.monotonic() + seconds
        while not (answer := probe()):
            if time.monotonic() > deadline:
                raise NeverHappened(f"{what}: not within {seconds:g} seconds")
            time.sleep(0.1)
        return answer

    def invoke(self, handler: str, event: object) -> Any:
        """Calls a function as `aws lambda invoke` does, and gives its answer. Raises FunctionFailed."""
        return self.invoke_bytes(handler, json.dumps(event).encode())

    def invoke_bytes(self, handler: str, payload: bytes) -> Any:
        """The same for an event that need not be JSON."""
        answer = self.client("lambda").invoke(
            FunctionName=self.output(f"{handler}FunctionName"), Payload=payload
        )
        said = json.loads(answer["Payload"].read())
        if "FunctionError" in answer:
            raise FunctionFailed(said.get("errorType", ""), said.get("errorMessage", ""))
        return said

    def set_outage(self, *, down: bool) -> None:
        """Breaks or mends the outside system that the sample pipeline calls."""
        self.client("lambda").update_function_configuration(
            FunctionName=self.output("UncertainTaskFunctionName"),
            Environment={"Variables": {"BEHAVIOR": "NG" if down else "OK", "SLEEP": "0"}},
        )

    def start(self, state_machine_arn: str, *, name: str, input: object) -> str:
        """Starts a run and gives its ARN."""
        answer = self.client("stepfunctions").start_execution(
            stateMachineArn=state_machine_arn, name=name, input=json.dumps(input)
        )
        return str(answer["executionArn"])

    def runs(self, state_machine_arn: str) -> list[dict[str, Any]]:
        """All runs of a state machine, newest first."""
        pages = self.client("stepfunctions").get_paginator("list_executions")
        return [
            run for page in pages.paginate(stateMachineArn=state_machine_arn) for run in page["executions"]
        ]

    def describe(self, execution_arn: str) -> dict[str, Any]:
        """One run, with its input as a value."""
        run = dict(self.client("stepfunctions").describe_execution(executionArn=execution_arn))
        return run | {"input": json.loads(run["input"])}

    def finished(self, execution_arn: str, *, seconds: float = 60) -> dict[str, Any]:
        """Waits until a run has ended, and describes it."""
        self.until(
            f"{execution_arn} ends",
            lambda: self.describe(execution_arn)["status"] != "RUNNING",
            seconds=seconds,
        )
        return self.describe(execution_arn)

    def history(self, execution_arn: str) -> list[dict[str, Any]]:
        """The events of a run, oldest first."""
        pages = self.client("stepfunctions").get_paginator("get_execution_history")
        return [event for page in pages.paginate(executionArn=execution_arn) for event in page["events"]]

    def depth(self, queue: str) -> int:
        """How many messages wait in a queue, given the name of its output."""
        answer = self.client("sqs").get_queue_attributes(
            QueueUrl=self.output(queue), AttributeNames=["ApproximateNumberOfMessages"]
        )
        return int(answer["Attributes"]["ApproximateNumberOfMessages"])
