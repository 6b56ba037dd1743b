"""Runs of load_when_ready and the claims that they make; past the product's own code."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from moto.stepfunctions.models import stepfunctions_backends

from stepkeeper.handlers import load_claimer
from tests.conftest import FakeContext
from tests.memory import Stack
from tests.pipelines import make_pipeline, make_run
from tests.template import ACCOUNT, REGION

EVENTS = Path(__file__).parents[2] / "events"
CLAIM: dict[str, Any] = json.loads((EVENTS / "load_claimer_claim.json").read_text())
INPUT: dict[str, Any] = CLAIM["input"]
ENDED: dict[str, Any] = json.loads((EVENTS / "load_claimer_status_change.json").read_text())
KEY = "weekly-sales/2026-W48"
STARTED = datetime(2026, 11, 26, 0, 30, 2, 123000, tzinfo=UTC)
"""When every run started, in AWS's milliseconds."""


@dataclass
class Loading:
    """The machine, and what its runs tell the load claimer."""

    stack: Stack
    configure: Callable[..., None]

    def __post_init__(self) -> None:
        self.configure("LoadClaimerFunction")
        self.machine = make_pipeline(self.stack.aws, "stepkeeper-load_when_ready")

    def arn(self, name: str) -> str:
        return f"{self.machine.replace(':stateMachine:', ':execution:')}:{name}"

    def starts(self, name: str, **input: Any) -> str:
        """Starts a run; `input` is what differs in its input. Gives its ARN."""
        run = make_run(self.stack.aws, self.machine, name, "RUNNING", started=STARTED)
        self._in_moto(run).execution_input = json.dumps({**INPUT, **input})
        return run

    def ends(self, run: str, status: str = "ABORTED") -> None:
        """The run ends, and nothing is said of it yet."""
        self._in_moto(run).status = status

    def claim(self, run: str, **input: Any) -> dict[str, Any]:
        """What the run does first."""
        return self.send(
            {
                "action": "claim",
                "execution": {"id": run, "startTime": "2026-11-26T00:30:02.123Z"},
                "input": {**INPUT, **input},
            }
        )

    def claims(self, name: str, **input: Any) -> dict[str, Any]:
        """Starts a run and lets it claim its load."""
        return self.claim(self.starts(name, **input), **input)

    def complete(self, run: str, load_as: str | None = None) -> dict[str, Any]:
        return self.send({"action": "complete", "execution": run, "key": KEY, "load_as": load_as or run})

    def forget(self, run: str, load_as: str | None = None) -> dict[str, Any]:
        return self.send({"action": "forget", "execution": run, "key": KEY, "load_as": load_as or run})

    def tell_end(self, run: str, status: str = "ABORTED", **detail: Any) -> dict[str, Any]:
        """Sends the event about a run that EventBridge sends; a run that runs on is told of nevertheless."""
        told = {"executionArn": run, "name": run.rsplit(":", 1)[-1], "status": status, **detail}
        return self.send({**ENDED, "detail": {**ENDED["detail"], **told}})

    def send(self, event: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = load_claimer.handler(event, FakeContext())
        assert json.loads(json.dumps(answer)) == answer, "Lambda could not send the answer"
        return answer

    @property
    def items(self) -> dict[str, dict[str, Any]]:
        """What the table holds, by the key of the load."""
        table = self.stack.aws.client("dynamodb")
        found = table.scan(TableName=self.stack.state_table)["Items"]
        return {
            item["pk"]["S"].removeprefix("load#"): {
                name: next(iter(value.values())) for name, value in item.items()
            }
            for item in found
        }

    @property
    def item(self) -> dict[str, Any]:
        """The only claim: who holds it, the name of the load, and whether it is done."""
        (item,) = self.items.values()
        return {"holder": item.get("holder"), "load_as": item.get("load_as"), "done": item["done"]}

    def grows_old(self, age: timedelta) -> None:
        """Lets the only claim be as old as that."""
        (key,) = self.items
        self.stack.aws.client("dynamodb").update_item(
            TableName=self.stack.state_table,
            Key={"pk": {"S": f"load#{key}"}, "sk": {"S": "claim"}},
            UpdateExpression="SET since = :since",
            ExpressionAttributeValues={":since": {"S": (datetime.now(UTC) - age).isoformat()}},
        )

    def lose(self) -> None:
        """Somebody deletes the only claim."""
        (key,) = self.items
        self.stack.aws.client("dynamodb").delete_item(
            TableName=self.stack.state_table, Key={"pk": {"S": f"load#{key}"}, "sk": {"S": "claim"}}
        )

    def _in_moto(self, run: str) -> Any:
        return stepfunctions_backends[ACCOUNT][REGION].describe_execution(run)
