"""A pipeline and what was spooled of it, as AWS has them; past the product's own code."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from moto.sqs.models import sqs_backends
from moto.stepfunctions.models import Execution, stepfunctions_backends

from tests.memory import Stack
from tests.template import ACCOUNT, REGION


@dataclass
class Spooled:
    """The pipeline, the spool and the quarantine."""

    stack: Stack
    pipeline: str

    def put(self, body: str) -> str:
        """Puts a message on the spool and gives its id."""
        spool = self.stack.spool_queue
        sent = self.stack.aws.client("sqs").send_message(QueueUrl=spool, MessageBody=body)
        return str(sent["MessageId"])

    def put_failed(self, name: str, input: Any = None, **changes: Any) -> str:
        """Puts the envelope of an execution that failed for the first time on the spool; gives its body."""
        execution_arn = self.pipeline.replace(":stateMachine:", ":execution:") + f":{name}"
        envelope = {
            "version": 1,
            "lineage": hashlib.sha256(execution_arn.encode()).hexdigest()[:16],
            "attempt": 1,
            "state_machine_arn": self.pipeline,
            "execution_arn": execution_arn,
            "redrive_count": 0,
            "input": {"key": name} if input is None else input,
            "state": "Encode",
            "error": "OutsideSystemDown",
            "cause": "",
            "failed_at": "2026-11-21T03:04:05Z",
        }
        body = json.dumps(envelope | changes)
        self.put(body)
        return body

    @property
    def waiting(self) -> list[str]:
        """The bodies on the spool, those in flight too."""
        return [message["Body"] for message in self._messages(self.stack.spool_queue)]

    @property
    def quarantined(self) -> list[dict[str, Any]]:
        """The bodies in quarantine, each with its attributes."""
        return self._messages(self.stack.quarantine_queue)

    @property
    def runs(self) -> dict[str, Any]:
        """The inputs of all runs of the pipeline, by name."""
        found = self._executions()
        runs = {execution.name: json.loads(execution.execution_input) for execution in found}
        assert len(runs) == len(found), "two runs of one name"
        return runs

    def end_all_runs(self) -> None:
        for execution in self._executions():
            self.stack.aws.client("stepfunctions").stop_execution(executionArn=execution.execution_arn)

    def redeliver(self) -> None:
        """What SQS does once the visibility timeout of the messages in flight is over."""
        queue = self._queue(self.stack.spool_queue)
        for message in queue._messages:
            message.visible_at = 0
        queue.pending_messages.clear()

    def _messages(self, url: str) -> list[dict[str, Any]]:
        return [
            {"Body": message.body}
            | {name: value["StringValue"] for name, value in message.message_attributes.items()}
            for message in self._queue(url)._messages
        ]

    def _executions(self) -> list[Execution]:
        return stepfunctions_backends[ACCOUNT][REGION].describe_state_machine(self.pipeline).executions

    @staticmethod
    def _queue(url: str) -> Any:
        return sqs_backends[ACCOUNT][REGION].get_queue(url.rsplit("/", 1)[-1])
