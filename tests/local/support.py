"""What the tests of the embedded AWS share: principals, queues and functions to try it with."""

import io
import itertools
import json
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from local.embedded_aws import EmbeddedAws
from local.local_runtime import write_archive
from local.tools import REPOSITORY, tool

Found = TypeVar("Found")

ONCE = Config(proxies={}, retries={"mode": "legacy", "total_max_attempts": 1})
TRUSTS_THE_ACCOUNT = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": "000000000000"}, "Action": "sts:AssumeRole"}],
}
_numbers = itertools.count(1)


def new_name(kind: str) -> str:
    """A name that no other test uses."""
    return f"{kind}-{next(_numbers)}"


def poll(look: Callable[[], Found], limit_seconds: float = 15) -> Found:
    """What `look` sees as soon as it sees something; fails when it sees nothing for too long."""
    deadline = time.monotonic() + limit_seconds
    while not (found := look()):
        assert time.monotonic() < deadline, f"nothing was seen within {limit_seconds} s"
        time.sleep(0.05)
    return found


def error_code(call: Callable[[], object]) -> str | None:
    """The code of the error that AWS answers the call with, None if it succeeds."""
    try:
        call()
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return None


@dataclass(frozen=True)
class Role:
    """A principal that may do only what a test allows it."""

    aws: EmbeddedAws
    name: str = field(default_factory=lambda: new_name("role"))

    def __post_init__(self) -> None:
        trust = json.dumps(TRUSTS_THE_ACCOUNT)
        self.aws.client("iam").create_role(RoleName=self.name, AssumeRolePolicyDocument=trust)

    @property
    def arn(self) -> str:
        return f"arn:aws:iam::{self.aws.account}:role/{self.name}"

    def may(self, *statements: dict[str, Any]) -> None:
        """Allow exactly these statements."""
        policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **each} for each in statements]}
        self.aws.client("iam").put_role_policy(
            RoleName=self.name, PolicyName="test", PolicyDocument=json.dumps(policy)
        )

    def client(self, service: str) -> Any:
        """A client that acts as this role."""
        session = self.aws.client("sts").assume_role(RoleArn=self.arn, RoleSessionName="test")["Credentials"]
        made: Any = boto3.client
        return made(
            service,
            endpoint_url=self.aws.endpoint,
            region_name=self.aws.region,
            aws_access_key_id=session["AccessKeyId"],
            aws_secret_access_key=session["SecretAccessKey"],
            aws_session_token=session["SessionToken"],
            config=ONCE,
        )


@dataclass(frozen=True)
class Queue:
    """An SQS queue to see deliveries in."""

    aws: EmbeddedAws
    attributes: dict[str, str] = field(default_factory=dict)
    name: str = field(default_factory=lambda: new_name("queue"))

    def __post_init__(self) -> None:
        self.aws.client("sqs").create_queue(QueueName=self.name, Attributes=self.attributes)

    @property
    def arn(self) -> str:
        return f"arn:aws:sqs:{self.aws.region}:{self.aws.account}:{self.name}"

    @property
    def url(self) -> str:
        return f"{self.aws.endpoint}/{self.aws.account}/{self.name}"

    def take(self) -> list[str]:
        """The bodies of the messages that are there now, which are then gone."""
        sqs, bodies = self.aws.client("sqs"), []
        while messages := sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                bodies.append(message["Body"])
                sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        return bodies


def new_function(aws: EmbeddedAws, source: str, tmp_path: Path, **settings: Any) -> str:
    """Create a function whose handler `main.handler` is in `source`; returns its name."""
    archive, name = tmp_path / f"{new_name('code')}.zip", new_name("function")
    write_archive(archive, {"main.py": source.encode()})
    aws.client("lambda").create_function(
        FunctionName=name,
        Runtime="provided.al2023",
        Handler="main.handler",
        Role=Role(aws).arn,
        Code={"ZipFile": archive.read_bytes()},
        **settings,
    )
    return name


def invoked(aws: EmbeddedAws, name: str, payload: object = None) -> Any:
    """What a function answers when it is called and waited for."""
    answer = aws.client("lambda").invoke(FunctionName=name, Payload=json.dumps(payload))
    return json.load(io.BytesIO(answer["Payload"].read()))


def log_streams(aws: EmbeddedAws, function: str) -> list[Any]:
    """The log streams of a function: one for each invocation that has ended."""
    logs, group = aws.client("logs"), f"/aws/lambda/{function}"
    if not logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
        return []
    return list(logs.describe_log_streams(logGroupName=group)["logStreams"])


def start_run(aws: EmbeddedAws, state: dict[str, Any]) -> str:
    """Start a run of a machine that has only this state; returns its ARN."""
    states, definition = aws.client("stepfunctions"), {"StartAt": "Task", "States": {"Task": state}}
    machine = states.create_state_machine(
        name=new_name("machine"),
        roleArn=Role(aws).arn,
        definition=json.dumps(definition | {"QueryLanguage": "JSONata"}),
    )["stateMachineArn"]
    return str(states.start_execution(stateMachineArn=machine)["executionArn"])


def run_to_its_end(aws: EmbeddedAws, state: dict[str, Any]) -> dict[str, Any]:
    """What is to be said of a run of a machine that has only this state, when it has ended."""
    states, execution = aws.client("stepfunctions"), start_run(aws, state)

    def ended() -> dict[str, Any] | None:
        run: dict[str, Any] = states.describe_execution(executionArn=execution)
        return run if run["status"] != "RUNNING" else None

    run = poll(ended)
    assert run is not None
    return run


def run_inside(program: str) -> Any:
    """What a program prints, as JSON, that runs with MiniStack's own modules as they come."""
    ended = subprocess.run(
        [tool("ministack"), "-c", program],
        cwd=REPOSITORY,
        env={"PATH": "/usr/bin:/bin", "MINISTACK_REGION": "ap-northeast-1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout.splitlines()[-1])
