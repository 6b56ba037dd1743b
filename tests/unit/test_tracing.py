"""Traces: none unless they are asked for, since they cost a longer cold start."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

SRC = Path(__file__).parents[2] / "src"

INVOCATION = """
import sys
from stepkeeper.routing import Event, EventRouter
from tests.conftest import FakeContext

router = EventRouter("traced")
router.on(Event)(lambda event, context: "answer")
assert router({}, FakeContext()) == "answer"
assert router({}, FakeContext()) == "answer"
print("aws_xray_sdk" in sys.modules)
"""


def invoke(**variables: str) -> str:
    """The last line that INVOCATION prints in an environment like Lambda's."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": f"{SRC}:{SRC.parent}", **variables}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", INVOCATION],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


@pytest.mark.parametrize("variables", [{}, {"POWERTOOLS_TRACE_DISABLED": "true"}], ids=["unset", "true"])
def test_x_ray_is_not_even_imported_where_tracing_is_off(variables: dict[str, str]) -> None:
    assert invoke(**variables) == "False"


def test_each_invocation_is_traced_where_tracing_is_on() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as daemon:
        daemon.bind(("127.0.0.1", 0))
        daemon.settimeout(5)

        imported = invoke(
            POWERTOOLS_TRACE_DISABLED="false",
            LAMBDA_TASK_ROOT="/var/task",
            _X_AMZN_TRACE_ID="Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1",
            AWS_XRAY_DAEMON_ADDRESS=f"127.0.0.1:{daemon.getsockname()[1]}",
        )
        segments = [json.loads(daemon.recv(65_536).split(b"\n", 1)[1]) for _ in range(2)]

    assert imported == "True"
    assert {segment["name"] for segment in segments} == {"## _route"}
    assert [segment["annotations"]["ColdStart"] for segment in segments] == [True, False]
    assert {segment["annotations"]["Service"] for segment in segments} == {"traced"}
