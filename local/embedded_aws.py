"""An embedded AWS to build and test against: MiniStack with IAM enforced, on a free loopback port.

`running(directory)` gives an `EmbeddedAws` and leaves no process behind, however the block ends.
"""

import functools
import http
import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import boto3
import botocore.session
from botocore.config import Config

from local import server
from local.environment import ACCESS_LOG, ACCOUNT, REGION


class EmbeddedAwsError(Exception):
    """The embedded AWS refused something that only its stage controls can do."""


@dataclass(frozen=True)
class ApiCall:
    """One AWS API call that came in through the gateway, made by a role or by `root`."""

    time: datetime
    principal: str
    service: str
    action: str
    status: int


@dataclass(frozen=True)
class EmbeddedAws:
    """A running embedded AWS: where it is, and how to set the stage there."""

    endpoint: str
    directory: Path
    region: str = REGION
    account: str = ACCOUNT

    def client(self, service: str) -> Any:
        """A boto3 client with root credentials, deaf to the developer's own AWS configuration."""
        return _client(self.endpoint, self.region, self.config_file, service)

    @property
    def config_file(self) -> Path:
        """An AWS configuration file that holds nothing of the developer's."""
        return self.directory / server.CONFIG_FILE

    def scale_waits(self, factor: float) -> None:
        """Multiply every Wait and Retry interval of the state machines, and SQS's long polls, from now on."""
        self._post("/_ministack/config", {"stepfunctions._SFN_WAIT_SCALE": factor})

    def move_schedule_clock(self, to: datetime) -> None:
        """Set the clock that rules and schedules fire by; what falls due by that has fired on return."""
        self.control("schedule-clock", now=to.timestamp())

    def age_log_group(self, name: str, *, created: datetime) -> None:
        """Make a log group as old as it needs to be: no export may end before its log group was created."""
        self.control("log-group", name=name, creation_time_ms=int(created.timestamp() * 1000))

    def control(self, name: str, /, **settings: object) -> dict[str, Any]:
        """Set the stage by one of the controls in docs/local-aws.md; raises EmbeddedAwsError."""
        return self._post(f"/_stepkeeper/{name}", settings)

    def calls(self) -> list[ApiCall]:
        """Every API call so far, oldest first."""
        log = self.directory / ACCESS_LOG
        return [_api_call(line) for line in log.read_text().splitlines()] if log.exists() else []

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        connection = http.client.HTTPConnection(self.endpoint.removeprefix("http://"), timeout=60)
        try:
            connection.request("POST", path, json.dumps(body), {"content-type": "application/json"})
            response = connection.getresponse()
            answer = response.read().decode()
        finally:
            connection.close()
        if response.status != http.HTTPStatus.OK:
            raise EmbeddedAwsError(f"POST {path} answered {response.status}: {answer}")
        return dict(json.loads(answer))


@contextmanager
def running(directory: Path, *, patched: bool = True) -> Iterator[EmbeddedAws]:
    """Run an embedded AWS that keeps everything under `directory` until the block ends.

    However this process ends, even by SIGKILL, the server notices and goes too. Unpatched, it is
    MiniStack as it comes. Raises EmbeddedAwsDidNotStart.
    """
    flags = [server.WITH_PARENT, *([] if patched else [server.UNPATCHED])]
    started = server.start(directory, *flags)
    try:
        yield EmbeddedAws(started.endpoint, directory.resolve())
    finally:
        server.stop(started)


def _api_call(line: str) -> ApiCall:
    entry = json.loads(line)
    return ApiCall(**entry | {"time": datetime.fromisoformat(entry["time"])})


@functools.cache
def _client(endpoint: str, region: str, config_file: Path, service: str) -> Any:
    # Without proxies: one of the developer's would be asked for a loopback address.
    config = Config(proxies={}, retries={"mode": "legacy", "total_max_attempts": 3})
    session: Any = _session(region, config_file)
    return session.client(service, endpoint_url=endpoint, config=config)


@functools.cache
def _session(region: str, config_file: Path) -> boto3.Session:
    underlying = botocore.session.Session()
    underlying.set_config_variable("config_file", str(config_file))
    underlying.set_config_variable("credentials_file", str(config_file))
    underlying.set_config_variable("profile", "default")
    return boto3.Session("test", "test", region_name=region, botocore_session=underlying)
