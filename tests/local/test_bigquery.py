"""The local BigQuery: where it corrects bqemulator, how its stage is set, and that it ends."""

import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.api_core.exceptions import BadRequest, Conflict, InternalServerError
from google.auth.exceptions import RefreshError
from google.cloud import bigquery
from google.oauth2 import service_account

from local import server
from local.bigquery import BigQuery, BigQueryDidNotStart, BigQueryError, Call, running
from local.tools import REPOSITORY
from tests.local.support import poll

RUNS_UNTIL_KILLED = """
import sys, time
from pathlib import Path
from local import server
from local.bigquery import running

with running(Path(sys.argv[1])) as local:
    print(local.endpoint, server.process_id(local.endpoint), flush=True)
    time.sleep(600)
"""
ONE_ROW = "INSERT INTO {} VALUES (1)"
# Takes long enough for another request to come in between.
SLOW_INSERT = "INSERT INTO {} SELECT COUNT(DISTINCT n) FROM UNNEST(GENERATE_ARRAY(1, 3000000)) AS n"
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BigQuery]:
    """The local BigQuery that the demo and the e2e tests run on."""
    with running(tmp_path_factory.mktemp("bigquery")) as started:
        started.client().create_dataset("shop")
        yield started


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BigQuery]:
    """bqemulator as it comes: what it does otherwise than BigQuery is why it is corrected."""
    with running(tmp_path_factory.mktemp("bare"), patched=False) as started:
        started.client().create_dataset("shop")
        yield started


@pytest.fixture(autouse=True)
def calm(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test finds the stage as it is in the beginning."""
    yield
    if "local" in request.fixturenames:
        local: BigQuery = request.getfixturevalue("local")
        local.control("jobs", seconds=0)
        local.control("faults", next=[])


def test_googles_client_queries_by_named_parameters(local: BigQuery) -> None:
    day = bigquery.ScalarQueryParameter("day", "STRING", "it's Sunday")
    config = bigquery.QueryJobConfig(query_parameters=[day])

    rows = list(local.client().query("SELECT @day AS day, 12 AS n", job_config=config).result())

    assert [tuple(row.values()) for row in rows] == [("it's Sunday", 12)]


def test_a_client_that_knows_only_the_emulator_host_finds_it(
    local: BigQuery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BIGQUERY_EMULATOR_HOST", local.endpoint)
    credentials = service_account.Credentials.from_service_account_info(local.credentials)

    client = bigquery.Client(project=local.project, credentials=credentials)

    assert [row.n for row in client.query("SELECT 1 AS n").result()] == [1]


def test_a_job_id_that_is_taken_is_refused_and_nothing_runs(local: BigQuery) -> None:
    client, table, job = local.client(), _new_table(local), _new_job()
    _insert(client, table, job).result()

    with pytest.raises(Conflict) as refused:
        _insert(client, table, job)

    assert refused.value.errors[0]["reason"] == "duplicate"
    assert refused.value.errors[0]["message"] == f"Already Exists: Job {local.project}:US.{job}"
    assert _rows(local, table) == 1
    assert client.get_job(job).num_dml_affected_rows == 1


def test_bqemulator_alone_runs_a_job_id_again(bare: BigQuery) -> None:
    client, table, job = bare.client(), _new_table(bare), _new_job()

    for _ in range(2):
        _insert(client, table, job).result()

    assert _rows(bare, table) == 2


def test_of_two_inserts_at_once_the_second_waits_and_finds_the_first(local: BigQuery) -> None:
    table, job = _new_table(local), _new_job()

    def insert(client: bigquery.Client) -> str:
        try:
            client.query(SLOW_INSERT.format(table), job_id=job, job_retry=None)
        except Conflict:
            return str(client.get_job(job).state)
        return "inserted"

    with ThreadPoolExecutor() as pool:
        outcomes = set(pool.map(insert, [local.client(), local.client()]))

    assert outcomes == {"inserted", "DONE"}
    assert _rows(local, table) == 1


def test_a_job_that_failed_keeps_its_id(local: BigQuery) -> None:
    client, job = local.client(), _new_job()
    failed = client.query("SELECT * FROM shop.nothing", job_id=job, job_retry=None)

    with pytest.raises(Conflict):
        client.query("SELECT 1", job_id=job, job_retry=None)

    assert failed.error_result["reason"] == "notFound"


@pytest.mark.parametrize("authorization", [None, "Bearer ya29.made-up", "Basic bG9hZGVy"])
def test_without_a_token_nothing_is_answered(local: BigQuery, authorization: str | None) -> None:
    answer = _datasets(local, authorization)

    assert answer.status_code == 401
    assert answer.json()["error"]["errors"][0]["reason"] == "authError"


def test_bqemulator_alone_asks_for_no_token(bare: BigQuery) -> None:
    assert _datasets(bare, None).status_code == 200


def test_a_token_is_given_only_to_who_holds_the_key(local: BigQuery) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    stranger = replace(local, credentials=local.credentials | {"private_key": key.decode()})

    with pytest.raises(RefreshError, match="Signature verification failed"):
        stranger.client().query("SELECT 1")


def test_a_job_looks_running_for_as_long_as_it_is_told(local: BigQuery) -> None:
    client, table, job = local.client(), _new_table(local), _new_job()
    local.control("jobs", seconds=1)
    started = time.monotonic()

    inserted = _insert(client, table, job)
    seen = (inserted.state, inserted.ended, client.get_job(job).state)
    inserted.result()

    assert seen == ("RUNNING", None, "RUNNING")
    assert time.monotonic() - started >= 1
    assert (inserted.state, inserted.num_dml_affected_rows) == ("DONE", 1)


def test_results_of_a_running_job_are_not_complete(local: BigQuery) -> None:
    client, job = local.client(), _new_job()
    local.control("jobs", seconds=30)
    client.query("SELECT 1 AS n", job_id=job, job_retry=None)

    answer = _results(local, job, wait_seconds=0.01)

    assert answer["jobComplete"] is False
    assert "rows" not in answer


def test_results_of_a_query_that_failed_are_its_error(local: BigQuery) -> None:
    local.control("jobs", seconds=0.2)
    job = local.client().query("SELECT nothing FROM shop.INFORMATION_SCHEMA.TABLES", job_retry=None)

    with pytest.raises(BadRequest) as failed:
        job.result(job_retry=None)

    assert failed.value.errors[0]["reason"] == "invalidQuery"


@pytest.mark.parametrize(
    ("fault", "error", "rows"),
    [
        ("lost", requests.ConnectionError, 1),
        ("refused", requests.ConnectionError, 0),
        ("500", InternalServerError, 0),
    ],
)
def test_an_insert_can_fail_to_arrive_or_to_be_answered(
    local: BigQuery, fault: str, error: type[Exception], rows: int
) -> None:
    client, table = local.client(), _new_table(local)
    local.control("faults", next=[fault])

    with pytest.raises(error):
        _insert(client, table, _new_job(), retry=None)

    assert _rows(local, table) == rows


def test_a_client_that_tries_again_after_a_lost_answer_meets_its_own_job(local: BigQuery) -> None:
    client, table, job = local.client(), _new_table(local), _new_job()
    local.control("faults", next=["500", "lost"])

    with pytest.raises(Conflict):
        _insert(client, table, job)

    assert client.get_job(job).state == "DONE"
    path = f"/bigquery/v2/projects/{local.project}/jobs"
    assert [call for call in local.calls() if call.job_id == job] == [
        Call("POST", path, 500, job),
        Call("POST", path, None, job),
        Call("POST", path, 409, job),
        Call("GET", f"{path}/{job}", 200, job),
    ]


@pytest.mark.parametrize(
    ("control", "settings"), [("no-such", {}), ("faults", {"next": ["boredom"]}), ("jobs", {"hours": 1})]
)
def test_a_control_that_makes_no_sense_is_refused(
    local: BigQuery, control: str, settings: dict[str, object]
) -> None:
    with pytest.raises(BigQueryError, match=r"no-such|boredom|hours"):
        local.control(control, **settings)


def test_it_ends_with_the_block_that_raises(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), running(tmp_path) as started:
        _ = 1 / 0

    assert server.process_id(started.endpoint) is None


def test_it_ends_although_somebody_waits_for_a_job(tmp_path: Path) -> None:
    with ThreadPoolExecutor() as pool:
        with running(tmp_path) as started:
            started.control("jobs", seconds=600)
            client, job = started.client(), _new_job()
            client.query("SELECT 1", job_id=job, job_retry=None)
            waiting = pool.submit(_results, started, job, wait_seconds=30)
            poll(lambda: [call for call in started.calls() if "/queries/" in call.path])
            ending = time.monotonic()
        ended = time.monotonic()

        assert ended - ending < server.STOP_LIMIT.total_seconds()
        assert waiting.result()["jobComplete"] is False


def test_it_ends_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", RUNS_UNTIL_KILLED, tmp_path]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        endpoint, serving = parent.stdout.readline().split()

        parent.send_signal(signal.SIGKILL)

    poll(lambda: not Path(f"/proc/{serving}").exists())
    assert server.process_id(endpoint) is None


def test_one_that_cannot_start_shows_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pretended = tmp_path / "tools" / "bqemulator" / "bin" / "python"
    pretended.parent.mkdir(parents=True)
    pretended.write_text("#!/bin/sh\necho it has no legs; exit 3\n")
    pretended.chmod(0o755)
    monkeypatch.setenv("STEPKEEPER_TOOLS", str(tmp_path / "tools"))

    with pytest.raises(BigQueryDidNotStart, match="it has no legs"), running(tmp_path / "bigquery"):
        pass


def _new_job() -> str:
    return f"job-{os.getpid()}-{next(_numbers)}"


def _new_table(local: BigQuery) -> str:
    table = f"shop.orders_{next(_numbers)}"
    local.client().query(f"CREATE TABLE {table} (n INT64)").result()
    return table


def _insert(client: bigquery.Client, table: str, job: str, **options: Any) -> bigquery.QueryJob:
    return client.query(ONE_ROW.format(table), job_id=job, job_retry=None, **options)


def _results(local: BigQuery, job: str, *, wait_seconds: float) -> dict[str, Any]:
    """What getQueryResults answers, asked once."""
    path = f"/projects/{local.project}/queries/{job}"
    asked: Any = local.client()._connection.api_request
    return dict(asked("GET", path, query_params={"timeoutMs": int(wait_seconds * 1000)}, timeout=40))


def _rows(local: BigQuery, table: str) -> int:
    return len(list(local.client().list_rows(table)))


def _datasets(local: BigQuery, authorization: str | None) -> requests.Response:
    return requests.get(
        f"{local.endpoint}/bigquery/v2/projects/{local.project}/datasets",
        headers={"authorization": authorization} if authorization else {},
        timeout=10,
    )
