"""The local BigQuery for all tests here, and Google's client with its waits taken out of it."""

import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import google.api_core.retry.retry_base
import google.api_core.retry.retry_unary
import google.auth._exponential_backoff
import google.auth.credentials
import pytest

from local.bigquery import BigQuery, running
from stepkeeper.engines import bigquery
from tests.conftest import FakeContext
from tests.handlers.bigquery.http import Http
from tests.handlers.bigquery.warehouse import Warehouse
from tests.handlers.queries import put_sql
from tests.memory import Stack


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BigQuery]:
    with running(tmp_path_factory.mktemp("bigquery")) as started:
        started.client().create_dataset("shop")
        yield started


@pytest.fixture
def warehouse(
    server: BigQuery,
    stack: Stack,
    configure: Callable[..., None],
    context: FakeContext,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Warehouse]:
    """The query runner with BigQuery's credentials, and the stage as it is in the beginning."""
    monkeypatch.setenv("BIGQUERY_EMULATOR_HOST", server.endpoint)
    warehouse = Warehouse(server, stack, context, "none", configure)
    put_sql(stack)
    warehouse.keep_secret(server.credentials)
    yield warehouse
    server.control("jobs", seconds=0)
    server.control("faults", next=[])


@pytest.fixture
def http(monkeypatch: pytest.MonkeyPatch) -> Http:
    return Http(monkeypatch)


@pytest.fixture(autouse=True)
def _a_new_lambda_environment() -> Iterator[None]:
    """No client, and no access token, is left from another test."""
    bigquery._client.cache_clear()
    yield
    bigquery._client.cache_clear()


@pytest.fixture(autouse=True)
def _no_call_leaves_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """google-auth asks Google, in a thread, where a service account may be used from."""
    monkeypatch.setattr(
        google.auth.credentials.CredentialsWithRegionalAccessBoundary,
        "_is_regional_access_boundary_lookup_required",
        lambda _self: False,
    )


@pytest.fixture(autouse=True)
def _no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits between two tries take no time, and yet count as time."""
    waited = 0.0

    def sleep(seconds: float) -> None:
        nonlocal waited
        waited += seconds

    clock = SimpleNamespace(sleep=sleep, monotonic=lambda: time.monotonic() + waited)
    for module in (
        google.auth._exponential_backoff,
        google.api_core.retry.retry_base,
        google.api_core.retry.retry_unary,
    ):
        monkeypatch.setattr(module, "time", clock)
