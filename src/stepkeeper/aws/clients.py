"""boto3 clients, made when first used and kept while the Lambda environment lives."""

from functools import cache
from typing import TYPE_CHECKING, Any, Literal, overload

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_scheduler import EventBridgeSchedulerClient
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_stepfunctions import SFNClient

CONFIG = Config(
    # "legacy" tries throttling, 5xx and broken connections again, but not LimitExceededException, which
    # CloudWatch Logs answers while an export is active: the state machine has to see that one, and wait.
    # "standard" would try it again within two seconds.
    retries={"mode": "legacy", "total_max_attempts": 3},
    # Three attempts must end well within the time that a handler keeps back before its timeout.
    connect_timeout=3,
    read_timeout=10,
)


@overload
def client(service: Literal["dynamodb"]) -> "DynamoDBClient": ...
@overload
def client(service: Literal["events"]) -> "EventBridgeClient": ...
@overload
def client(service: Literal["logs"]) -> "CloudWatchLogsClient": ...
@overload
def client(service: Literal["s3"]) -> "S3Client": ...
@overload
def client(service: Literal["scheduler"]) -> "EventBridgeSchedulerClient": ...
@overload
def client(service: Literal["sns"]) -> "SNSClient": ...
@overload
def client(service: Literal["sqs"]) -> "SQSClient": ...
@overload
def client(service: Literal["stepfunctions"]) -> "SFNClient": ...
def client(service: Any) -> Any:
    """The client of a service, with Stepkeeper's one retry configuration."""
    return _made(service)


@cache
def _made(service: Any) -> Any:
    return boto3.client(service, config=CONFIG)
