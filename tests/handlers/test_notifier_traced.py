"""With tracing on, a trace holds AWS calls and no webhook."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

SRC = Path(__file__).parents[2] / "src"
TOPIC = "arn:aws:sns:ap-northeast-1:123456789012:alerts"
TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"

INVOCATION = """
import json, os
import boto3
from moto import mock_aws
from local.slack import Answer, receiving
from tests.conftest import FakeContext

with mock_aws(), receiving() as slack:
    url = slack.webhook("#batch")
    print(url.rsplit("/", 1)[-1])
    content = json.dumps({"#batch": url})
    secret = boto3.client("secretsmanager").create_secret(Name="webhooks", SecretString=content)
    os.environ["SLACK_SECRET_ARN"] = secret["ARN"]
    slack.answer_next(*[Answer(status, url) for status in json.loads(os.environ["STATUSES"])])
    from stepkeeper.handlers import notifier
    try:
        notifier.handler({"text": "The data is there."}, FakeContext())
    except Exception as error:
        print(type(error).__name__)
    else:
        print("told")
    from aws_xray_sdk.core.patcher import _PATCHED_MODULES
    print(*sorted(_PATCHED_MODULES))
"""


def invoke(*statuses: int) -> tuple[str, str, str, str]:
    """The webhook's secret part, how it ended, the modules whose calls are traced, and all else that was
    seen: traces, log lines, metrics.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as daemon:
        daemon.bind(("127.0.0.1", 0))
        daemon.setblocking(False)
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", INVOCATION],
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": f"{SRC}:{SRC.parent}",
                "AWS_ACCESS_KEY_ID": "test",
                "AWS_SECRET_ACCESS_KEY": "test",
                "AWS_DEFAULT_REGION": "ap-northeast-1",
                "AWS_XRAY_DAEMON_ADDRESS": f"127.0.0.1:{daemon.getsockname()[1]}",
                "LAMBDA_TASK_ROOT": "/var/task",
                "_X_AMZN_TRACE_ID": TRACE,
                "POWERTOOLS_TRACE_DISABLED": "false",
                "ALERT_TOPIC_ARN": TOPIC,
                "CHAT_TOPIC_ARN": TOPIC,
                "SLACK_CHANNELS": "#batch",
                "DEFAULT_CHANNEL": "#batch",
                "STATUSES": json.dumps(statuses),
            },
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        token, *printed, ended, patched = done.stdout.splitlines()
        return token, ended, patched, "\n".join([*_received(daemon), *printed, done.stderr])


def _received(daemon: socket.socket) -> list[str]:
    received = []
    while True:
        try:
            received.append(daemon.recv(65_536).decode())
        except BlockingIOError:
            return received


@pytest.mark.parametrize(
    ("statuses", "end"),
    [([], "told"), ([404], "NotificationRefused"), ([500, 404], "NotificationRefused")],
    ids=["told", "refused", "tried again"],
)
def test_a_trace_shows_the_calls_of_aws_and_nothing_of_the_webhook(statuses: list[int], end: str) -> None:
    token, ended, patched, seen = invoke(*statuses)

    assert ended == end
    assert patched == "botocore"
    assert '"GetSecretValue"' in seen
    assert '"## _route"' in seen
    assert "services/T" not in seen
    assert token not in seen
