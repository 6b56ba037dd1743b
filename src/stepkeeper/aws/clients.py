"""boto3 clients, made when first used and kept while the Lambda environment lives."""

from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal, overload

import boto3
import botocore
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_athena import AthenaClient
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_resourcegroupstaggingapi import ResourceGroupsTaggingAPIClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_scheduler import EventBridgeSchedulerClient
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_stepfunctions import SFNClient

ATTEMPTS = 3

CONFIG = Config(
    # "legacy" tries throttling, 5xx and broken connections again, but not LimitExceededException, which
    # CloudWatch Logs answers while an export is active: the state machine has to see that one, and wait.
    # "standard" would try it again within two seconds.
    retries={"mode": "legacy", "total_max_attempts": ATTEMPTS},
    # Three attempts must end well within the time that a handler keeps back before its timeout.
    connect_timeout=3,
    read_timeout=10,
    # One that is given is not put together anew for each call, which takes a sixth of a call's processor
    # time; and CloudTrail tells by it who called.
    user_agent=f"stepkeeper botocore/{botocore.__version__}",
)

MAKING = Lock()
"""boto3's session makes clients for one thread at a time (boto3 guide, multithreading)."""


@overload
def client(service: Literal["athena"], region: str | None = None) -> "AthenaClient": ...
@overload
def client(service: Literal["cloudwatch"], region: str | None = None) -> "CloudWatchClient": ...
@overload
def client(service: Literal["dynamodb"], region: str | None = None) -> "DynamoDBClient": ...
@overload
def client(service: Literal["events"], region: str | None = None) -> "EventBridgeClient": ...
@overload
def client(service: Literal["lambda"], region: str | None = None) -> "LambdaClient": ...
@overload
def client(service: Literal["logs"], region: str | None = None) -> "CloudWatchLogsClient": ...
@overload
def client(
    service: Literal["resourcegroupstaggingapi"], region: str | None = None
) -> "ResourceGroupsTaggingAPIClient": ...
@overload
def client(service: Literal["s3"], region: str | None = None) -> "S3Client": ...
@overload
def client(service: Literal["scheduler"], region: str | None = None) -> "EventBridgeSchedulerClient": ...
@overload
def client(service: Literal["secretsmanager"], region: str | None = None) -> "SecretsManagerClient": ...
@overload
def client(service: Literal["sns"], region: str | None = None) -> "SNSClient": ...
@overload
def client(service: Literal["sqs"], region: str | None = None) -> "SQSClient": ...
@overload
def client(service: Literal["stepfunctions"], region: str | None = None) -> "SFNClient": ...
def client(service: Any, region: str | None = None) -> Any:
    """The client of a service, with Stepkeeper's one retry configuration.

    In the function's own Region where none is named.
    """
    with MAKING:
        return _made(service, region)


def client_that_asks_once(service: Literal["logs"]) -> "CloudWatchLogsClient":
    """For what must not be done twice: a call whose answer got lost may have had its effect."""
    with MAKING:
        made: CloudWatchLogsClient = _made(service, None, attempts=1)
        return made


@cache
def _made(service: Any, region: str | None, *, attempts: int = ATTEMPTS) -> Any:
    config = CONFIG.merge(Config(retries={"mode": "legacy", "total_max_attempts": attempts}))
    return boto3.client(service, region_name=region, config=config)
