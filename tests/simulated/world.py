"""The AWS of one test: queues, state machines, gates, a table, a topic, and the time of all of them.

The world has
    clock           `move(timedelta)`; the product's clock shows it, and its waits let it pass at once
    spool, quarantine   `messages`, `bodies`, `expired` (lost by age), `deleted`, `redeliver(...)`
    step_functions  `add_machine`, `update_machine`, `delete_machine`, `end(arn, status, error=…, state=…)`,
                    `execution(arn)`, `runs`: all starts and redrives in their order
    rules, schedules    `add(name, expression=…)`, which gives the gate as an operator writes it
    gates           `state(gate)`, `state_at(gate, moment)`, `states(gate)`, `set_state(gate, state)` by hand
    functions       `invoked`: what was invoked asynchronously, by function and payload
    table           `items`, `drop_expired(now)` for TTL, `stale_reads = True`
    sns             `published`
    logs            `add_group`, `delete_group`, `put(name, stream, events)`, `count_incoming`, `groups`;
                    `tasks_take`, `tasks`, `start(…)` by somebody else, `forget(task_id)`
    s3              `objects` by key, `stored(key)`, `bucket`
    faults          `refuse(operation, code, times=…, when=…)`, `fail_entries(…)`, `leave_unprocessed(…)`
GetMetricData and GetResources see what the log groups have.
What gates start while the clock moves, tests.scheduled_starts starts.
"""

from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from botocore import xform_name

from tests.simulated.clock import Clock
from tests.simulated.faults import Faults
from tests.simulated.functions import Functions
from tests.simulated.gates import Gates
from tests.simulated.logs import Logs
from tests.simulated.metrics import Metrics
from tests.simulated.queue import Queue
from tests.simulated.rules import Rules
from tests.simulated.s3 import S3
from tests.simulated.schedules import Schedules
from tests.simulated.sns import Sns
from tests.simulated.sqs import Sqs
from tests.simulated.step_functions import StepFunctions
from tests.simulated.table import Table
from tests.simulated.tagging import Tagging
from tests.simulated.transactions import DynamoDb
from tests.template import ACCOUNT, REGION, STACK, Template

QUEUES = ("SpoolQueue", "QuarantineQueue", "FailedTriggersQueue")
DEFAULT_SECONDS_HIDDEN = 30
DEFAULT_SECONDS_KEPT = 4 * 24 * 3600


@dataclass(frozen=True)
class Resources:
    """What the resources of template.yaml are called, and what its queues are like."""

    table: str
    topic: str
    bucket: str
    functions: list[str]
    queues: dict[str, dict[str, Any]]


def name_resources(template: Template) -> Resources:
    """Gives the resources their names, for !Ref and !GetAtt to find."""
    names = {"StateTable": f"{STACK}-StateTable"}
    names["ExportBucket"] = f"{STACK}-exportbucket"
    template.attributes["ExportBucket", "Arn"] = f"arn:aws:s3:::{names['ExportBucket']}"
    names["AlertTopic"] = f"arn:aws:sns:{REGION}:{ACCOUNT}:{STACK}-AlertTopic"
    for queue in QUEUES:
        names[queue] = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{STACK}-{queue}"
        template.attributes[queue, "Arn"] = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{STACK}-{queue}"
    functions = {name: f"{STACK}-{name}" for name in template.functions}
    for logical_id, name in functions.items():
        template.attributes[logical_id, "Arn"] = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"
    template.refs.update(names | functions)
    return Resources(
        table=names["StateTable"],
        topic=names["AlertTopic"],
        bucket=names["ExportBucket"],
        functions=list(functions.values()),
        queues={
            queue: template.properties(queue)
            | {"QueueUrl": names[queue], "QueueArn": template.attributes[queue, "Arn"]}
            for queue in QUEUES
        },
    )


class World:
    """Kind where there is no `seed`. With one, SQS gives whatever it likes in whatever order it likes."""

    def __init__(self, resources: Resources, seed: int | None = None) -> None:
        self.clock = Clock()
        self.faults = Faults()
        queues = {name: self._queue(name, its, seed) for name, its in resources.queues.items()}
        by_arn = {queue.arn: queue for queue in queues.values()}
        for name, its in resources.queues.items():
            if policy := its.get("RedrivePolicy"):
                queues[name].dead_letters = by_arn[policy["deadLetterTargetArn"]]
                queues[name].max_receive_count = int(policy["maxReceiveCount"])
        self.spool, self.quarantine = queues["SpoolQueue"], queues["QuarantineQueue"]
        self.table = Table(resources.table)
        self.step_functions = StepFunctions(self.clock)
        self.sns = Sns(resources.topic)
        self.rules = Rules(self.clock)
        self.schedules = Schedules(self.clock)
        self.gates = Gates(self.rules, self.schedules)
        self.functions = Functions(resources.functions)
        self.s3 = S3(self.clock, resources.bucket)
        self.logs = Logs(self.clock, self.s3)
        self._services = {
            "cloudwatch": Metrics(self.logs, self.clock),
            "dynamodb": DynamoDb(self.table, self.clock, self.faults),
            "events": self.rules,
            "lambda": self.functions,
            "logs": self.logs,
            "resourcegroupstaggingapi": Tagging(self.logs),
            "s3": self.s3,
            "scheduler": self.schedules,
            "sns": self.sns,
            "sqs": Sqs(list(queues.values()), self.clock, self.faults),
            "stepfunctions": self.step_functions,
        }

    def call(self, service: str, operation: str, sent: dict[str, Any]) -> dict[str, Any]:
        """Does what a call does. Raises Refusal, or NotImplementedError for what is not simulated."""
        act = getattr(self._services.get(service), xform_name(operation), None)
        if act is None:
            raise NotImplementedError(f"{service}:{operation} is not simulated")
        self.faults.check(operation, sent)
        answer: dict[str, Any] = act(sent)
        return answer

    def _queue(self, name: str, its: dict[str, Any], seed: int | None) -> Queue:
        return Queue(
            url=its["QueueUrl"],
            arn=its["QueueArn"],
            clock=self.clock,
            visibility_timeout=timedelta(seconds=its.get("VisibilityTimeout", DEFAULT_SECONDS_HIDDEN)),
            retention=timedelta(seconds=its.get("MessageRetentionPeriod", DEFAULT_SECONDS_KEPT)),
            random=None if seed is None else Random(f"{seed} {name}"),  # noqa: S311 - it guards nothing
        )
