"""Starts and stops server processes, first of all the embedded AWS, inside which `local.serve` runs."""

import fcntl
import http
import http.client
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from local.environment import LOCK_FILE, REGION, server_environment
from local.program import Program

CONFIG_FILE = "aws-config"
SERVER_LOG = "ministack.log"

START_LIMIT = timedelta(seconds=30)
STOP_LIMIT = timedelta(seconds=10)
PORT_ATTEMPTS = 5
LOG_TAIL_LINES = 40

WITH_PARENT = "--with-parent"
UNPATCHED = "--unpatched"


class EmbeddedAwsDidNotStart(Exception):
    """The server ended, or did not answer in time; the message holds the end of its log."""


@dataclass(frozen=True)
class Server:
    """A started server process, which leads a process group that its workers belong to."""

    process: subprocess.Popen[bytes]
    endpoint: str


MINISTACK = Program("ministack", "local.serve", SERVER_LOG, server_environment, EmbeddedAwsDidNotStart)


def start(directory: Path, *flags: str) -> Server:
    """Start an embedded AWS that keeps everything under `directory`, and return when it answers.

    Flags are those of `local.serve`. Raises EmbeddedAwsDidNotStart.
    """
    directory = directory.resolve()
    for name in ("home", "s3", "state", "tmp"):
        (directory / name).mkdir(parents=True, exist_ok=True)
    (directory / CONFIG_FILE).write_text(f"[default]\nregion = {REGION}\n")
    return launch(MINISTACK, directory, flags)


def launch(program: Program, directory: Path, flags: Sequence[str]) -> Server:
    """Start a program on a free port; returns when it answers, raises what it raises if it does not."""
    for _ in range(PORT_ATTEMPTS):
        server = _spawn(program, directory, _free_port(), flags)
        if _became_ready(server):
            return server
        if "already in use" not in _tail(directory / program.log):
            break
    raise program.did_not_start(f"The end of its log:\n{_tail(directory / program.log)}")


def stop(server: Server) -> None:
    """End the server and every worker it started; returns when they are gone."""
    stop_group(server.process.pid, has_ended=lambda: server.process.poll() is not None)
    server.process.wait()
    if server.process.stdin:
        server.process.stdin.close()


def stop_group(pid: int, *, has_ended: Callable[[], bool]) -> None:
    """Ask the process that leads the group `pid` to end, and make the group end if that takes too long."""
    if has_ended():
        return
    os.kill(pid, signal.SIGTERM)
    if not _comes_true(STOP_LIMIT, has_ended):
        os.killpg(pid, signal.SIGKILL)


def has_ended(directory: Path) -> bool:
    """Whether the server that was started on `directory` is gone."""
    with (directory / LOCK_FILE).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def process_id(endpoint: str) -> int | None:
    """The process id of the server that answers there, None if none does."""
    connection = http.client.HTTPConnection(endpoint.removeprefix("http://"), timeout=5)
    try:
        connection.request("POST", "/_stepkeeper/instance", "{}", {"content-type": "application/json"})
        response = connection.getresponse()
        return int(json.loads(response.read())["pid"]) if response.status == http.HTTPStatus.OK else None
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()


def _spawn(program: Program, directory: Path, port: int, flags: Sequence[str]) -> Server:
    stdin = subprocess.PIPE if WITH_PARENT in flags else subprocess.DEVNULL
    return Server(program.spawn(directory, port, flags, stdin), f"http://127.0.0.1:{port}")


def _became_ready(server: Server) -> bool:
    """Whether our own process came to answer; another server may hold the port. If not, it is ended."""
    process = server.process
    ready = False
    try:
        _comes_true(
            START_LIMIT, lambda: process.poll() is not None or process_id(server.endpoint) == process.pid
        )
        ready = process_id(server.endpoint) == process.pid
    finally:
        if not ready:
            stop(server)
    return ready


def _comes_true(limit: timedelta, condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + limit.total_seconds()
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-LOG_TAIL_LINES:])
