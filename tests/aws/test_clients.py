"""How often boto3 tries a call, and what it says, with an HTTP layer that always fails."""

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import boto3
import botocore.endpoint
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from stepkeeper.aws import clients
from stepkeeper.aws.clients import CONFIG, client, client_that_asks_once
from tests.template import REGION
from tests.wire import new_session

CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "dynamodb": ("get_item", {"TableName": "state", "Key": {"pk": {"S": "p"}, "sk": {"S": "s"}}}),
    "events": ("disable_rule", {"Name": "start-report"}),
    "logs": ("describe_export_tasks", {}),
    "s3": ("list_objects_v2", {"Bucket": "exports"}),
    "scheduler": ("get_schedule", {"Name": "start-mail"}),
    "sns": ("publish", {"TopicArn": "arn:aws:sns:ap-northeast-1:123456789012:alerts", "Message": "m"}),
    "sqs": ("send_message", {"QueueUrl": f"https://sqs.{REGION}.amazonaws.com/1/q", "MessageBody": "b"}),
    "stepfunctions": ("start_execution", {"stateMachineArn": "arn", "input": "{}"}),
}


class Http:
    """Stands where the network is: every request gets the same answer."""

    def __init__(self) -> None:
        self.status, self.code = 400, ""
        self.broken: Exception | None = None
        self.requests = 0
        self.user_agent = ""

    def answer(self, request: Any, **_: Any) -> AWSResponse:
        self.requests += 1
        self.user_agent = request.headers["User-Agent"].decode()
        if self.broken:
            raise self.broken
        if "//s3." in request.url or ".s3." in request.url:
            body = f"<Error><Code>{self.code}</Code></Error>"
        elif "//sns." in request.url:
            body = f"<ErrorResponse><Error><Code>{self.code}</Code></Error></ErrorResponse>"
        else:
            body = json.dumps({"__type": self.code})
        headers = {"x-amzn-errortype": self.code}
        return AWSResponse(request.url, self.status, headers, SimpleNamespace(stream=lambda: [body.encode()]))


@pytest.fixture
def http(monkeypatch: pytest.MonkeyPatch) -> Iterator[Http]:
    """The network of all clients; botocore's waits between two tries take no time."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.delenv("AWS_RETRY_MODE", raising=False)
    monkeypatch.setattr(botocore.endpoint, "time", SimpleNamespace(sleep=lambda _seconds: None))
    clients._made.cache_clear()
    http = Http()
    boto3.setup_default_session(botocore_session=new_session())
    boto3._get_default_session().events.register("before-send", http.answer)
    yield http
    boto3.DEFAULT_SESSION = None
    clients._made.cache_clear()


def call(service: str) -> None:
    operation, arguments = CALLS[service]
    getattr(client(service), operation)(**arguments)  # type: ignore[call-overload]


def test_the_answer_that_an_export_is_active_is_not_tried_again(http: Http) -> None:
    http.code = "LimitExceededException"

    with pytest.raises(client("logs").exceptions.LimitExceededException):
        client("logs").create_export_task(logGroupName="g", fromTime=0, to=1, destination="bucket")

    assert http.requests == 1


@pytest.mark.parametrize("service", [name for name in CALLS if name not in ("s3", "sns", "sqs")])
def test_throttling_is_tried_three_times_and_then_said(http: Http, service: str) -> None:
    http.code = "ThrottlingException"

    with pytest.raises(ClientError, match="ThrottlingException"):
        call(service)

    assert http.requests == 3


@pytest.mark.parametrize("service", CALLS)
@pytest.mark.parametrize("status", [500, 503])
def test_a_server_error_is_tried_three_times_and_then_said(http: Http, service: str, status: int) -> None:
    http.status, http.code = status, "InternalError"

    with pytest.raises(ClientError):
        call(service)

    assert http.requests == 3


@pytest.mark.parametrize("service", CALLS)
@pytest.mark.parametrize(
    "broken",
    [EndpointConnectionError(endpoint_url="https://x"), ReadTimeoutError(endpoint_url="https://x")],
    ids=["no connection", "no answer"],
)
def test_a_broken_connection_is_tried_three_times_and_then_said(
    http: Http, service: str, broken: Exception
) -> None:
    http.broken = broken

    with pytest.raises(type(broken)):
        call(service)

    assert http.requests == 3


@pytest.mark.parametrize(
    ("status", "code", "broken"),
    [
        (400, "ThrottlingException", None),
        (400, "LimitExceededException", None),
        (500, "InternalError", None),
        (503, "ServiceUnavailableException", None),
        (400, "", EndpointConnectionError(endpoint_url="https://x")),
        (400, "", ReadTimeoutError(endpoint_url="https://x")),
    ],
    ids=str,
)
def test_what_must_not_be_done_twice_is_asked_for_once(
    http: Http, status: int, code: str, broken: Exception | None
) -> None:
    http.status, http.code, http.broken = status, code, broken

    with pytest.raises((ClientError, EndpointConnectionError, ReadTimeoutError)):
        client_that_asks_once("logs").create_export_task(
            logGroupName="g", fromTime=0, to=1, destination="bucket"
        )

    assert http.requests == 1
    assert http.user_agent.startswith("stepkeeper ")


def test_that_one_call_is_made_once_changes_nothing_for_the_others(http: Http) -> None:
    http.status, http.code = 500, "InternalError"
    assert client_that_asks_once("logs") is client_that_asks_once("logs")
    assert client_that_asks_once("logs") is not client("logs")

    with pytest.raises(ClientError):
        call("logs")

    assert http.requests == 3


@pytest.mark.parametrize(
    ("service", "code"),
    [
        ("stepfunctions", "ExecutionAlreadyExists"),
        ("scheduler", "ConflictException"),
        ("events", "ConcurrentModificationException"),
        ("dynamodb", "ConditionalCheckFailedException"),
        ("sqs", "AccessDenied"),
    ],
)
def test_an_answer_that_will_not_change_is_not_asked_for_again(http: Http, service: str, code: str) -> None:
    http.code = code

    with pytest.raises(ClientError):
        call(service)

    assert http.requests == 1


@pytest.mark.usefixtures("http")
def test_a_client_is_made_once_and_kept() -> None:
    assert client("sqs") is client("sqs")


def test_all_tries_of_one_call_end_within_a_minute() -> None:
    waits = 1 + 2  # seconds at the most, before the second try and before the third

    assert 3 * (CONFIG.connect_timeout + CONFIG.read_timeout) + waits < 60


@pytest.mark.parametrize("service", CALLS)
def test_aws_is_told_who_calls(http: Http, service: str) -> None:
    http.code = "AccessDeniedException"

    with pytest.raises(ClientError):
        call(service)

    assert http.user_agent.startswith(f"stepkeeper botocore/{botocore.__version__}")
