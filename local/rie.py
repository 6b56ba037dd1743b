"""Runs a built function under Lambda's Runtime Interface Emulator, as `sam local invoke` does in a container.

The emulator comes with SAM (for Linux alone), and Lambda's own runtime client calls the handler: answers and
errors are Lambda's. The interpreter has nothing else installed, so what the artifact lacks is missing here.
"""

import http.client
import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from local.embedded_aws import EmbeddedAws
from local.server import stop_group
from local.stack import ARCHITECTURE
from local.tools import tool

INVOCATIONS = "/2015-03-31/functions/function/invocations"
ANSWER_GRACE = timedelta(seconds=30)
START_LIMIT = timedelta(seconds=20)
PORT_ATTEMPTS = 3


class EmulatorDidNotStart(Exception):
    """The emulator ended, or did not listen in time; the message holds the end of its log."""


@dataclass(frozen=True)
class EmulatedFunction:
    """A function that waits for events on a loopback port."""

    port: int
    timeout: timedelta

    def invoke(self, event: bytes) -> Any:
        """What Lambda would answer; for an error {"errorType", "errorMessage", "requestId", "stackTrace"}."""
        patience = (self.timeout + ANSWER_GRACE).total_seconds()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=patience)
        try:
            connection.request("POST", INVOCATIONS, event)
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()


@contextmanager
def emulated(
    aws: EmbeddedAws, code: Path, handler: str, variables: Mapping[str, str], *, timeout: timedelta
) -> Iterator[EmulatedFunction]:
    """Run the function in the folder `code` until the block ends; its AWS is `aws`, with root credentials.

    Its log is beside the embedded AWS's own. Raises EmulatorDidNotStart.
    """
    environment = _environment(aws, code, handler, timeout) | dict(variables)
    process, port = _start(code, handler, environment, log=aws.directory / f"rie-{handler}.log")
    try:
        yield EmulatedFunction(port, timeout)
    finally:
        _stop(process)


def _start(
    code: Path, handler: str, environment: Mapping[str, str], *, log: Path
) -> tuple[subprocess.Popen[bytes], int]:
    for _ in range(PORT_ATTEMPTS):
        port, runtime_port = _free_ports()
        command = [
            _emulator(),
            *("--runtime-interface-emulator-address", f"127.0.0.1:{port}"),
            *("--runtime-api-address", f"127.0.0.1:{runtime_port}"),
            *(tool("runtime"), "-m", "awslambdaric", handler),
        ]
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                cwd=code,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        if _listens(process, port):
            return process, port
        if "address already in use" not in log.read_text(errors="replace"):
            break
    raise EmulatorDidNotStart(f"The end of its log:\n{log.read_text(errors='replace')[-4000:]}")


def _listens(process: subprocess.Popen[bytes], port: int) -> bool:
    """True once the emulator takes connections, False if it ended instead or took too long."""
    deadline = time.monotonic() + START_LIMIT.total_seconds()
    listens = False
    try:
        while not listens and process.poll() is None and time.monotonic() < deadline:
            with socket.socket() as probe:
                listens = probe.connect_ex(("127.0.0.1", port)) == 0
            time.sleep(0.02)
    finally:
        if not listens:
            _stop(process)
    return listens


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the emulator, which ends the runtime that it started; a runtime without emulator ends by itself."""
    stop_group(process.pid, has_ended=lambda: process.poll() is not None)
    process.wait()


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1]), int(other.getsockname()[1])


def _emulator() -> Path:
    libraries = tool("sam").parent.parent / "lib"
    (found,) = libraries.glob(f"python3*/site-packages/samcli/local/rapid/aws-lambda-rie-{ARCHITECTURE}")
    return found


def _environment(aws: EmbeddedAws, code: Path, handler: str, timeout: timedelta) -> dict[str, str]:
    """What Lambda sets, and nothing of the developer's own."""
    return {
        "HOME": str(aws.directory / "home"),
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "TZ": ":UTC",
        "_HANDLER": handler,
        "LAMBDA_TASK_ROOT": str(code),
        "AWS_LAMBDA_FUNCTION_NAME": handler.split(".")[-2],
        "AWS_LAMBDA_FUNCTION_TIMEOUT": f"{timeout.total_seconds():.0f}",
        "AWS_REGION": aws.region,
        "AWS_DEFAULT_REGION": aws.region,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_ENDPOINT_URL": aws.endpoint,
        # Here the code can be written to, other than on AWS; it is not to be.
        "PYTHONPYCACHEPREFIX": str(aws.directory / "pycache"),
    }
