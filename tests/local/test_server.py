"""The embedded AWS starts, ends and hides from the developer's own environment as it promises."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from local import server, up
from local.embedded_aws import running
from local.tools import REPOSITORY, ToolMissing, tool
from tests.local.support import invoked, new_function, poll

TELLS_ITS_PROCESS = """
import os

def handler(event, context):
    return {"pid": os.getpid(), "environment": dict(os.environ)}
"""
RUNS_UNTIL_KILLED = """
import sys, time
from pathlib import Path
from local import server
from local.embedded_aws import running

with running(Path(sys.argv[1])) as aws:
    print(server.process_id(aws.endpoint), flush=True)
    time.sleep(600)
"""


def test_neither_server_nor_workers_outlive_the_block(tmp_path: Path) -> None:
    with running(tmp_path / "aws") as aws:
        serving = server.process_id(aws.endpoint)
        worker = invoked(aws, new_function(aws, TELLS_ITS_PROCESS, tmp_path))["pid"]
        assert _is_running(worker)

    assert server.process_id(aws.endpoint) is None
    assert serving is not None
    poll(lambda: not _is_running(worker) and not _is_running(serving))


def test_the_server_ends_when_the_block_raises(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), running(tmp_path) as aws:
        _ = 1 / 0

    assert server.process_id(aws.endpoint) is None


def test_the_server_ends_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", RUNS_UNTIL_KILLED, tmp_path]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        serving = int(parent.stdout.readline())

        parent.send_signal(signal.SIGKILL)

    poll(lambda: not _is_running(serving))


def test_two_run_side_by_side(tmp_path: Path) -> None:
    with running(tmp_path / "one") as one, running(tmp_path / "other") as other:
        one.client("sqs").create_queue(QueueName="here")

        assert len(one.client("sqs").list_queues()["QueueUrls"]) == 1
        assert not other.client("sqs").list_queues().get("QueueUrls")


def test_nothing_of_the_developers_aws_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "the-developers-own")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIADEVELOPER")
    monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")

    with running(tmp_path / "aws") as aws:
        told = invoked(aws, new_function(aws, TELLS_ITS_PROCESS, tmp_path))["environment"]

    assert not {"AWS_PROFILE", "AWS_ENDPOINT_URL_SQS", "HTTP_PROXY"} & told.keys()
    assert told["AWS_ACCESS_KEY_ID"] != "AKIADEVELOPER"


def test_a_server_that_cannot_start_shows_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _pretend_ministack(tmp_path, monkeypatch, "echo it has no legs; exit 3")

    with pytest.raises(server.EmbeddedAwsDidNotStart, match="it has no legs"):
        server.start(tmp_path)


def test_a_port_that_was_taken_meanwhile_is_given_up_for_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first_time = f"if mkdir {tmp_path}/tried 2>/dev/null; then echo address already in use; exit 1; fi"
    _pretend_ministack(tmp_path, monkeypatch, f'{first_time}\nexec {tool("ministack")} "$@"')

    with running(tmp_path) as aws:
        assert server.process_id(aws.endpoint)

    assert (tmp_path / "tried").exists()


def test_a_missing_tool_is_named_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEPKEEPER_TOOLS", str(tmp_path))

    with pytest.raises(ToolMissing, match="make setup"):
        server.start(tmp_path)


def test_down_stops_what_up_left_running_and_removes_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    left = server.start(home / "aws")
    up.remember(home, up.Running(left.process.pid, left.endpoint))

    refused = up.up(home)
    up.down(home)

    said = capsys.readouterr().out.splitlines()
    assert refused == 1
    assert said[0] == f"The embedded AWS is already up at {left.endpoint}. `make down` stops it."
    assert said[1] == f"Stopped the embedded AWS at {left.endpoint}."
    assert left.process.wait() is not None
    assert not home.exists()


def test_down_leaves_a_process_alone_that_only_has_the_same_number(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    up.remember(home, up.Running(os.getpid(), "http://127.0.0.1:9"))

    assert up.down(home) == 0
    assert not home.exists()


def test_down_says_when_there_is_nothing_to_stop(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert up.down(tmp_path) == 0
    assert "nothing to stop" in capsys.readouterr().out


def _pretend_ministack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    pretended = tmp_path / "tools" / "ministack" / "bin" / "python"
    pretended.parent.mkdir(parents=True)
    pretended.write_text(f"#!/bin/sh\n{script}\n")
    pretended.chmod(0o755)
    monkeypatch.setenv("STEPKEEPER_TOOLS", str(tmp_path / "tools"))


def _is_running(pid: int) -> bool:
    """Whether a process runs; one that has ended and that nobody waited for does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"
