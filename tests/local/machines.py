"""State machines whose runs a test ends, looks at and redrives."""

import json
from dataclasses import dataclass, field
from typing import Any

from local.embedded_aws import EmbeddedAws
from tests.local.support import Role, new_name, poll

WAITS: dict[str, Any] = {"Type": "Wait", "Seconds": 60, "End": True}
REFUSES: dict[str, Any] = {"Type": "Fail", "Error": "Refused", "Cause": "as always"}


@dataclass(frozen=True)
class Machine:
    """A state machine that starts with the first of its states."""

    aws: EmbeddedAws
    states: dict[str, dict[str, Any]]
    settings: dict[str, Any] = field(default_factory=dict)
    name: str = field(default_factory=lambda: new_name("machine"))

    def __post_init__(self) -> None:
        self.aws.client("stepfunctions").create_state_machine(
            name=self.name, roleArn=Role(self.aws).arn, definition=self.definition()
        )

    @property
    def arn(self) -> str:
        return f"arn:aws:states:{self.aws.region}:{self.aws.account}:stateMachine:{self.name}"

    def definition(self, **changes: object) -> str:
        start = {"QueryLanguage": "JSONata", "StartAt": next(iter(self.states)), "States": self.states}
        return json.dumps(start | self.settings | changes)

    def start(self, given: object = None, **settings: str) -> str:
        """Start a run; returns its ARN."""
        start, text = self.aws.client("stepfunctions").start_execution, json.dumps(given or {})
        return str(start(stateMachineArn=self.arn, input=text, **settings)["executionArn"])


@dataclass(frozen=True)
class Mended:
    """A Task that fails until what it needs is there."""

    aws: EmbeddedAws
    table: str = field(default_factory=lambda: new_name("table"))

    def __post_init__(self) -> None:
        self.aws.client("dynamodb").create_table(
            TableName=self.table,
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )

    def mend(self) -> None:
        self.aws.client("dynamodb").put_item(TableName=self.table, Item={"pk": {"S": "needed"}})

    def task(self, **fields: Any) -> dict[str, Any]:
        """The Task; its output is what it was given and how often its run was redriven."""
        update = {
            "TableName": self.table,
            "Key": {"pk": {"S": "needed"}},
            "UpdateExpression": "SET seen = :yes",
            "ConditionExpression": "attribute_exists(pk)",
            "ExpressionAttributeValues": {":yes": {"BOOL": True}},
        }
        output = {"given": "{% $states.input %}", "redrives": "{% $states.context.Execution.RedriveCount %}"}
        resource = "arn:aws:states:::dynamodb:updateItem"
        task = {"Type": "Task", "Resource": resource, "Arguments": update, "Output": output}
        return task | (fields if "Next" in fields else fields | {"End": True})


def described(aws: EmbeddedAws, run: str) -> dict[str, Any]:
    answer: dict[str, Any] = aws.client("stepfunctions").describe_execution(executionArn=run)
    return answer


def ended(aws: EmbeddedAws, run: str) -> dict[str, Any]:
    """What is to be said of a run when it has ended."""
    return poll(lambda: (now := described(aws, run))["status"] != "RUNNING" and now) or {}


def history(aws: EmbeddedAws, run: str) -> list[str]:
    """The types of the events so far, oldest first."""
    events = aws.client("stepfunctions").get_execution_history(executionArn=run)["events"]
    return [event["type"] for event in events]


def redrive(aws: EmbeddedAws, run: str, **settings: str) -> dict[str, Any]:
    answer: dict[str, Any] = aws.client("stepfunctions").redrive_execution(executionArn=run, **settings)
    return answer
