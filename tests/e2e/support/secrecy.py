"""Everywhere that a secret could have got to: what the stack wrote, keeps, and was made of."""

import hashlib
import itertools
import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from local.deployed import Operator
from local.stack import Build
from tests.e2e.support.resources import MACHINES, all_runs, function, state_items

Texts = Iterator[str]


def places(operator: Operator, built: Build, *, since: datetime) -> dict[str, Callable[[], Texts]]:
    """All that there is to search, by what it is called; of the runs, those that began since then."""
    return {
        "logs": lambda: _logs(operator),
        "runs": lambda: _runs(operator, since),
        "kept calls": lambda: _kept_calls(operator),
        "state table": lambda: map(json.dumps, state_items(operator)),
        "objects": lambda: _objects(operator),
        "stack": lambda: _stack(operator),
        "functions": lambda: _functions(operator),
        "artifact": lambda: _files(built.directory, built.template.parent),
    }


def found(words: dict[str, list[str]], where: dict[str, Callable[[], Texts]]) -> dict[str, set[str]]:
    """The names of the places in which one of the words is to be read, for each kind of words."""
    seen: dict[str, set[str]] = {kind: set() for kind in words}
    for place, texts in where.items():
        for text in texts():
            for kind, of_this_kind in words.items():
                if any(word in text for word in of_this_kind):
                    seen[kind].add(place)
    return seen


def _logs(operator: Operator) -> Texts:
    logs = operator.client("logs")
    for page in logs.get_paginator("describe_log_groups").paginate():
        for group in page["logGroups"]:
            events = logs.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"])
            yield from (event["message"] for found in events for event in found["events"])


def _runs(operator: Operator, since: datetime) -> Texts:
    for machine in MACHINES:
        for run in all_runs(operator, machine):
            if run["startDate"] >= since:
                yield json.dumps(operator.describe(run["executionArn"]), default=str)
                yield json.dumps(operator.history(run["executionArn"]), default=str)


def _kept_calls(operator: Operator) -> Texts:
    for queue in ("FailedTriggersQueueUrl", "SpoolQueueUrl", "QuarantineQueueUrl"):
        url, sqs = operator.output(queue), operator.client("sqs")
        taken = []
        while received := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            taken += received
            yield from map(json.dumps, received)
        for message in taken:
            sqs.change_message_visibility(
                QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
            )


def _objects(operator: Operator) -> Texts:
    s3 = operator.client("s3")
    for bucket in s3.list_buckets()["Buckets"]:
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket["Name"]):
            for item in page.get("Contents", []):
                # Those of `sam deploy` are the artifact.
                if not item["Key"].endswith(".zip"):
                    body = s3.get_object(Bucket=bucket["Name"], Key=item["Key"])["Body"].read()
                    yield body.decode(errors="replace")


def _stack(operator: Operator) -> Texts:
    cloudformation, name = operator.client("cloudformation"), operator.stack.name
    for stage in ("Original", "Processed"):
        template = cloudformation.get_template(StackName=name, TemplateStage=stage)["TemplateBody"]
        yield template if isinstance(template, str) else json.dumps(template, default=str)
    yield json.dumps(cloudformation.describe_stacks(StackName=name)["Stacks"], default=str)
    for machine in MACHINES:
        described = operator.client("stepfunctions").describe_state_machine(
            stateMachineArn=operator.output(machine)
        )
        yield described["definition"]


def _functions(operator: Operator) -> Texts:
    for output in operator.stack.outputs:
        if output.endswith("FunctionName"):
            yield json.dumps(function(operator, output.removesuffix("FunctionName")))


def _files(*directories: Path) -> Texts:
    """Each content once: the functions are copies of one another."""
    seen: set[bytes] = set()
    for content in itertools.chain.from_iterable(map(_contents, directories)):
        digest = hashlib.blake2b(content).digest()
        if digest not in seen:
            seen.add(digest)
            yield content.decode("latin-1")


def _contents(directory: Path) -> Iterator[bytes]:
    for path in directory.rglob("*"):
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                yield from map(archive.read, archive.namelist())
        elif path.is_file():
            yield path.read_bytes()
