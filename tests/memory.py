"""An AWS in memory (moto), and in it the resources of template.yaml that hold state."""

import json
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import boto3

from tests.template import ACCOUNT, REGION, STACK, Template
from tests.wire import Wire, new_session


@dataclass
class Aws:
    """An AWS in memory. `wire` sees the product's calls; those of `client` it does not see."""

    wire: Wire

    def client(self, service: str) -> Any:
        return _client(service)


@cache
def _client(service: str) -> Any:
    """A client for the tests, made once for all of them, since that takes long."""
    session = boto3.session.Session("test", "test", region_name=REGION, botocore_session=new_session())
    return session.client(service)


@dataclass
class Stack:
    """The resources of template.yaml that hold state, made in memory."""

    aws: Aws
    template: Template = field(default_factory=Template)

    @property
    def state_table(self) -> str:
        return self.template.refs["StateTable"]

    @property
    def alert_topic(self) -> str:
        return self.template.refs["AlertTopic"]

    @property
    def spool_queue(self) -> str:
        return self.template.refs["SpoolQueue"]

    @property
    def quarantine_queue(self) -> str:
        return self.template.refs["QuarantineQueue"]

    @property
    def export_bucket(self) -> str:
        return self.template.refs["ExportBucket"]


def make_stack(aws: Aws) -> Stack:
    """Makes the resources, with their properties from template.yaml."""
    stack = Stack(aws)
    _make_table(stack, "StateTable")
    for queue in ("QuarantineQueue", "FailedTriggersQueue", "SpoolQueue"):
        _make_queue(stack, queue)
    _make_topic(stack, "AlertTopic")
    _make_bucket(stack, "ExportBucket")
    return stack


def _make_table(stack: Stack, logical_id: str) -> None:
    properties = stack.template.properties(logical_id)
    name = f"{STACK}-{logical_id}"
    keys = ("BillingMode", "AttributeDefinitions", "KeySchema")
    stack.aws.client("dynamodb").create_table(TableName=name, **{key: properties[key] for key in keys})
    stack.template.refs[logical_id] = name


def _make_queue(stack: Stack, logical_id: str) -> None:
    properties = stack.template.properties(logical_id)
    url = stack.aws.client("sqs").create_queue(
        QueueName=f"{STACK}-{logical_id}",
        Attributes={
            key: value if isinstance(value, str) else json.dumps(value) for key, value in properties.items()
        },
    )["QueueUrl"]
    stack.template.refs[logical_id] = url
    stack.template.attributes[logical_id, "Arn"] = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{STACK}-{logical_id}"


def _make_topic(stack: Stack, logical_id: str) -> None:
    arn = stack.aws.client("sns").create_topic(
        Name=f"{STACK}-{logical_id}", Attributes=stack.template.properties(logical_id)
    )["TopicArn"]
    stack.template.refs[logical_id] = arn


def _make_bucket(stack: Stack, logical_id: str) -> None:
    properties = stack.template.properties(logical_id)
    name = f"{STACK}-{logical_id}".lower()
    storage = stack.aws.client("s3")
    storage.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    storage.put_bucket_versioning(Bucket=name, VersioningConfiguration=properties["VersioningConfiguration"])
    stack.template.refs[logical_id] = name
