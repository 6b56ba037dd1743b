"""The pipelines of chain.toml on an embedded AWS: nightly-ingest blocks nightly-report blocks weekly-mail."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from local.deployed import Operator

MAP = Path(__file__).with_suffix(".toml")
INGEST, REPORT, MAIL, AUDIT = "nightly-ingest", "nightly-report", "weekly-mail", "daily-audit"
GATES = {
    INGEST: "schedule/default/start-ingest",
    REPORT: "rule/start-report",
    MAIL: "schedule/default/start-mail",
    AUDIT: "rule/start-audit",
}
MOVED_BY_ANY_WRITE = ("LastModificationDate", "ResponseMetadata")


@dataclass(frozen=True)
class Chain:
    """The four state machines and their gates."""

    operator: Operator

    def arn(self, pipeline: str) -> str:
        aws = self.operator.aws
        return f"arn:aws:states:{aws.region}:{aws.account}:stateMachine:{pipeline}"

    def start(self, pipeline: str, name: str) -> str:
        """A person starts a run; gives its ARN."""
        return self.operator.start(self.arn(pipeline), name=name, input={})

    def runs(self, pipeline: str) -> list[dict[str, Any]]:
        """The runs of a pipeline, newest first."""
        return self.operator.runs(self.arn(pipeline))

    def behave(self, pipeline: str, *, well: bool) -> None:
        """From now on the pipeline's runs succeed, or fail."""
        self.operator.client("stepfunctions").update_state_machine(
            stateMachineArn=self.arn(pipeline), definition=definition(well=well)
        )

    def gates(self) -> dict[str, dict[str, Any]]:
        """All that can be read of each gate."""
        events, scheduler = self.operator.client("events"), self.operator.client("scheduler")
        read: dict[str, dict[str, Any]] = {}
        for gate in GATES.values():
            name = gate.rpartition("/")[2]
            if gate.startswith("rule/"):
                told = events.describe_rule(Name=name)
                told["Targets"] = events.list_targets_by_rule(Rule=name)["Targets"]
            else:
                told = scheduler.get_schedule(Name=name)
            read[gate] = {key: value for key, value in told.items() if key not in MOVED_BY_ANY_WRITE}
        return read

    def states(self) -> dict[str, str]:
        """Whether each gate is open."""
        return {gate: told["State"] for gate, told in self.gates().items()}

    def owners(self, pipeline: str) -> set[str]:
        """Who holds the gate of a pipeline closed."""
        found = self.operator.client("dynamodb").get_item(
            TableName=self.operator.output("StateTableName"), Key=_hold(pipeline)
        )
        return set(found.get("Item", {}).get("owners", {}).get("SS", []))

    def closed_since(self, pipeline: str, moment: datetime) -> None:
        """Makes it so that the gate of a pipeline was closed at a moment that is long over."""
        self.operator.client("dynamodb").update_item(
            TableName=self.operator.output("StateTableName"),
            Key=_hold(pipeline),
            UpdateExpression="SET closed_at = :at",
            ExpressionAttributeValues={":at": {"S": moment.isoformat()}},
        )


def definition(*, well: bool) -> str:
    """A state machine whose runs succeed, or fail."""
    fail = {"Type": "Fail", "Error": "SourceDown", "Cause": "The source system does not answer"}
    return json.dumps({"StartAt": "Work", "States": {"Work": {"Type": "Succeed"} if well else fail}})


def _hold(pipeline: str) -> dict[str, Any]:
    return {"pk": {"S": f"gate#{GATES[pipeline]}"}, "sk": {"S": "hold"}}
