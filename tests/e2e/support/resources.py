"""Finds the resources of the deployed stack that are no outputs of it, by their names in template.yaml."""

from typing import Any

from local.deployed import Operator

QUEUES = ("SpoolQueueUrl", "QuarantineQueueUrl", "FailedTriggersQueueUrl")
MOST_RUNS_OF_A_PAGE = 1_000
MACHINES = ("GuardedPipelineArn", "SampleReportArn", "ExportLogsArn", "LoadWhenReadyArn", "DrainSpoolArn")


def name_of(operator: Operator, logical_id: str) -> str:
    """The name that CloudFormation gave a resource."""
    found = operator.client("cloudformation").describe_stack_resource(
        StackName=operator.stack.name, LogicalResourceId=logical_id
    )
    return str(found["StackResourceDetail"]["PhysicalResourceId"])


def function(operator: Operator, handler: str) -> dict[str, Any]:
    """The configuration of a function."""
    configuration: dict[str, Any] = operator.client("lambda").get_function_configuration(
        FunctionName=operator.output(f"{handler}FunctionName")
    )
    return configuration


def all_runs(operator: Operator, machine: str) -> list[dict[str, Any]]:
    """All runs of a state machine, given the name of its output; a thousand are one call."""
    pages = operator.client("stepfunctions").get_paginator("list_executions")
    listed = pages.paginate(
        stateMachineArn=operator.output(machine), PaginationConfig={"PageSize": MOST_RUNS_OF_A_PAGE}
    )
    return [run for page in listed for run in page["executions"]]


def queue_arn(operator: Operator, url: str) -> str:
    """The ARN of a queue."""
    answer = operator.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return str(answer["Attributes"]["QueueArn"])


def held(operator: Operator, queue: str) -> int:
    """How many messages a queue holds, given the name of its output: those in flight, too."""
    answer = operator.client("sqs").get_queue_attributes(
        QueueUrl=operator.output(queue),
        AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    )
    return sum(map(int, answer["Attributes"].values()))


def state_items(operator: Operator) -> list[dict[str, Any]]:
    """All that the state table remembers."""
    pages = operator.client("dynamodb").get_paginator("scan")
    return [
        item for page in pages.paginate(TableName=operator.output("StateTableName")) for item in page["Items"]
    ]


def object_keys(operator: Operator) -> list[str]:
    """The keys of all objects in the export bucket."""
    pages = operator.client("s3").get_paginator("list_objects_v2")
    return [
        item["Key"]
        for page in pages.paginate(Bucket=operator.output("ExportBucketName"))
        for item in page.get("Contents", [])
    ]


def role_arn(operator: Operator, logical_id: str) -> str:
    """The ARN of a role of the stack."""
    return f"arn:aws:iam::{operator.aws.account}:role/{name_of(operator, logical_id)}"


def renew(operator: Operator, handler: str) -> None:
    """Makes a function start anew, so that it remembers nothing of the calls before."""
    configuration = function(operator, handler)
    operator.client("lambda").update_function_configuration(
        FunctionName=configuration["FunctionName"], Environment=configuration["Environment"]
    )
