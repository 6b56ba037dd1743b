"""A local BigQuery to load into: bqemulator with what it gets wrong corrected, on a free loopback port.

`running(directory)` gives a `BigQuery` and leaves no process behind, however the block ends.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from google.auth.transport.requests import AuthorizedSession, Request
from google.cloud import bigquery
from google.oauth2 import service_account

from local import server
from local.program import Program
from local.tools import tool

PROJECT = "stepkeeper-demo"
CREDENTIALS_FILE = "bigquery-credentials.json"


class BigQueryDidNotStart(Exception):
    """The server ended, or did not answer in time; the message holds the end of its log."""


class BigQueryError(Exception):
    """The local BigQuery refused something that only its stage controls can do."""


class _Credentials(service_account.Credentials):
    """Those of Google's library, which by itself asks Google, in a thread, from where they may be used."""

    def _is_regional_access_boundary_lookup_required(self) -> bool:
        return False


@dataclass(frozen=True)
class Call:
    """One call of BigQuery's REST API; the status is None where the connection closed without an answer."""

    method: str
    path: str
    status: int | None
    job_id: str | None


@dataclass(frozen=True)
class BigQuery:
    """A running local BigQuery; `credentials` is the JSON key of a service account that may use it."""

    endpoint: str
    project: str
    credentials: dict[str, str] = field(repr=False)

    def client(self) -> bigquery.Client:
        """Google's own client with these credentials, deaf to the developer's proxies and credentials."""
        credentials = _Credentials.from_service_account_info(self.credentials, scopes=bigquery.Client.SCOPE)
        session = AuthorizedSession(credentials, auth_request=Request(_deaf(requests.Session())))
        return bigquery.Client(
            project=self.project,
            credentials=credentials,
            client_options={"api_endpoint": self.endpoint},
            _http=_deaf(session),
        )

    def control(self, name: str, /, **settings: object) -> dict[str, Any]:
        """Set the stage by one of the controls in docs/local-aws.md; raises BigQueryError."""
        with _deaf(requests.Session()) as session:
            answer = session.post(f"{self.endpoint}/_stepkeeper/{name}", json=settings, timeout=60)
        if answer.status_code != requests.codes.ok:
            raise BigQueryError(f"POST {name} answered {answer.status_code}: {answer.text}")
        return dict(answer.json())

    def calls(self) -> list[Call]:
        """Every call of its REST API so far, oldest first."""
        return [Call(**call) for call in self.control("calls")["calls"]]


@contextmanager
def running(directory: Path, *, patched: bool = True) -> Iterator[BigQuery]:
    """Run a local BigQuery that keeps everything under `directory` until the block ends.

    However this process ends, even by SIGKILL, the server notices and goes too. Unpatched, it is
    bqemulator as it comes. Raises BigQueryDidNotStart.
    """
    directory = directory.resolve()
    (directory / "tmp").mkdir(parents=True, exist_ok=True)
    flags = [server.WITH_PARENT, *([] if patched else [server.UNPATCHED])]
    started = server.launch(BQEMULATOR, directory, flags)
    try:
        credentials = json.loads((directory / CREDENTIALS_FILE).read_text())
        yield BigQuery(started.endpoint, PROJECT, credentials)
    finally:
        server.stop(started)


def _environment(directory: Path, port: int) -> dict[str, str]:
    """All variables of the server: nothing of the developer's own, lest it reach the server."""
    return {
        "PATH": os.defpath,
        # Where DuckDB looks for its extensions: 78 MB, so all servers share it.
        "HOME": str(tool("bqemulator").parent.parent / "home"),
        "LANG": "C.UTF-8",
        "PYTHONUNBUFFERED": "1",
        "TMPDIR": str(directory / "tmp"),
        "STEPKEEPER_DIRECTORY": str(directory),
        "STEPKEEPER_CREDENTIALS": str(directory / CREDENTIALS_FILE),
        "BQEMU_DEFAULT_PROJECT_ID": PROJECT,
        # Avro; DuckDB would download it.
        "BQEMU_ENABLE_FORMAT_EXTENSIONS": "false",
        "BQEMU_REST_PORT": str(port),
        "BQEMU_GRPC_PORT": "0",
    }


def _deaf(session: requests.Session) -> Any:
    session.trust_env = False
    return session


BQEMULATOR = Program(
    "bqemulator", "local.bigquery_serve", "bqemulator.log", _environment, BigQueryDidNotStart
)
