"""A query on BigQuery that fails, and a BigQuery that does not answer: each told by the right name."""

import pytest

from stepkeeper.engines import bigquery
from stepkeeper.errors import (
    CredentialsUnusable,
    EngineUnavailable,
    InvalidSettings,
    QueryFailed,
    QueryRefused,
    QueryStillRunning,
)
from tests.handlers.bigquery.endpoint import answering, in_front_of, refusal

FOR_EVER = 100
ONE_ROW = "INSERT INTO {0} VALUES (1, 'a')"
ONE_ROW_AND_COUNT = "INSERT INTO {0} VALUES (1, 'a'); SELECT COUNT(*) FROM {0}"


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELEC 1", "Syntax error"),
        ("SELECT ERROR('not enough rows')", "not enough rows"),
        ("SELECT * FROM shop.nothing", "Not found: Table .*shop.nothing"),
        ("INSERT INTO nowhere.sales VALUES (1)", "Not found: Dataset .*nowhere"),
        ("SELECT @missing", "missing"),
    ],
)
def test_a_query_that_fails_tells_its_id_and_bigquerys_own_message(warehouse, sql, message):
    started = warehouse.start(sql)

    with pytest.raises(QueryFailed, match=f"BigQuery job {started['query']['id']} failed: (?s:.*){message}"):
        warehouse.look(started)


def test_a_check_that_fails_ends_the_wait(warehouse):
    with pytest.raises(QueryFailed, match="boom"):
        warehouse.run("SELECT ERROR('boom')")


def test_a_table_that_is_already_there_is_a_failure_and_is_left_as_it_was(warehouse):
    table = warehouse.new_table()

    started = warehouse.start(f"CREATE TABLE {table} AS SELECT 1 AS n, 'x' AS s")

    with pytest.raises(QueryFailed, match="Already Exists"):
        warehouse.look(started)
    assert warehouse.rows(table) == []


def test_a_load_that_failed_is_joined_too_and_fails_again(warehouse):
    table = warehouse.new_table()
    statement = f"INSERT INTO {table} SELECT CAST(@n AS INT64), 'x'"
    with pytest.raises(QueryFailed):
        warehouse.look(warehouse.start(statement, n="none"))

    with pytest.raises(QueryFailed):
        warehouse.look(warehouse.start(statement, n="1"))

    assert warehouse.rows(table) == []


def test_a_job_that_nobody_knows_may_be_known_later(warehouse):
    with pytest.raises(EngineUnavailable, match=r"BigQuery does not know job nope \(yet\)"):
        warehouse.look({"query": {"engine": "bigquery", "region": "ap-northeast-1", "id": "nope"}})


def test_a_job_that_is_no_query_is_not_looked_at(warehouse):
    table = warehouse.new_table()
    copied = warehouse.server.client().copy_table(table, f"{table}_copy")

    with pytest.raises(QueryRefused, match=f"BigQuery job {copied.job_id} is no query"):
        warehouse.look({"query": {"engine": "bigquery", "region": "ap-northeast-1", "id": copied.job_id}})


def test_a_project_that_is_not_set_is_named(warehouse):
    warehouse.configure("QueryRunnerFunction", BigQueryProject="")

    with pytest.raises(InvalidSettings, match="BIGQUERY_PROJECT"):
        warehouse.run("SELECT 1")


@pytest.mark.parametrize("fault", ["500", "refused"])
def test_a_bigquery_that_fails_for_ever_may_go_well_later_and_nothing_was_loaded(warehouse, fault):
    table = warehouse.new_table()
    warehouse.server.control("faults", next=[fault] * FOR_EVER)

    with pytest.raises(EngineUnavailable, match="BigQuery does not answer: RetryError"):
        warehouse.start(ONE_ROW.format(table))

    warehouse.server.control("faults", next=[])
    assert warehouse.rows(table) == []


def test_a_bigquery_that_nobody_reaches_may_go_well_later(warehouse, monkeypatch):
    with answering(200, {}) as url:
        nobody = url.removesuffix("/token")
    monkeypatch.setenv("BIGQUERY_EMULATOR_HOST", nobody)

    with pytest.raises(EngineUnavailable, match="BigQuery does not answer"):
        warehouse.start("SELECT 1")


@pytest.mark.parametrize(("status", "name"), [(429, EngineUnavailable), (503, EngineUnavailable)])
def test_a_bigquery_that_asks_to_slow_down_may_go_well_later(warehouse, monkeypatch, status, name):
    with answering(status, refusal(status, "other", "slow down")) as url:
        monkeypatch.setenv("BIGQUERY_EMULATOR_HOST", url.removesuffix("/token"))

        with pytest.raises(name, match=r"BigQuery job stepkeeper-.*slow down"):
            warehouse.start("SELECT 1")


REFUSALS = [(400, "invalidQuery"), (403, "accessDenied"), (403, "quotaExceeded"), (404, "notFound")]


@pytest.mark.parametrize(("status", "reason"), REFUSALS)
def test_what_bigquery_refuses_is_told_in_its_own_words(warehouse, monkeypatch, status, reason):
    table = warehouse.new_table()
    with in_front_of(warehouse.server.endpoint, (status, reason)) as url:
        monkeypatch.setenv("BIGQUERY_EMULATOR_HOST", url)

        with pytest.raises(QueryRefused, match=r"BigQuery refused job stepkeeper-.*: .*no, you may not"):
            warehouse.start(ONE_ROW.format(table))

    assert warehouse.rows(table) == []


@pytest.mark.parametrize(("status", "reason"), REFUSALS)
def test_what_was_refused_is_loaded_once_under_its_name_when_it_is_allowed_again(
    warehouse, monkeypatch, status, reason
):
    table = warehouse.new_table()
    with in_front_of(warehouse.server.endpoint, (status, reason)) as url:
        monkeypatch.setenv("BIGQUERY_EMULATOR_HOST", url)
        with pytest.raises(QueryRefused):
            warehouse.start(ONE_ROW.format(table))

        started = [warehouse.start(ONE_ROW.format(table)) for _ in range(2)]

    assert warehouse.inserts_of(started[0]["query"]["id"]) == [200, 409]
    assert warehouse.rows(table) == [(1, "a")]


@pytest.mark.parametrize(("status", "reason"), [*REFUSALS, (401, "authError"), (429, "other")])
def test_a_refusal_after_an_earlier_try_was_taken_joins_that_one(warehouse, monkeypatch, status, reason):
    table = warehouse.new_table()
    refused = (status, reason)
    # A 401 is tried again by google-auth, with a new token.
    with in_front_of(warehouse.server.endpoint, None, *[refused] * 3) as url:
        monkeypatch.setenv("BIGQUERY_EMULATOR_HOST", url)
        first = warehouse.start(ONE_ROW.format(table))

        again = warehouse.start(ONE_ROW.format(table))
        seen = warehouse.look(again)

    assert (again, seen["rows_written"]) == (first, 1)
    assert warehouse.rows(table) == [(1, "a")]


def test_a_refusal_after_a_try_whose_answer_was_lost_joins_that_one_within_the_call(warehouse, monkeypatch):
    table = warehouse.new_table()
    warehouse.server.control("faults", next=["lost"])
    with in_front_of(warehouse.server.endpoint, None, (403, "accessDenied")) as url:
        monkeypatch.setenv("BIGQUERY_EMULATOR_HOST", url)

        seen = warehouse.look(warehouse.start(ONE_ROW.format(table)))

    assert seen["rows_written"] == 1
    assert warehouse.rows(table) == [(1, "a")]


def test_a_refusal_after_a_try_that_failed_joins_that_one_and_tells_that_it_failed(warehouse, monkeypatch):
    with in_front_of(warehouse.server.endpoint, None, (403, "accessDenied")) as url:
        monkeypatch.setenv("BIGQUERY_EMULATOR_HOST", url)
        warehouse.start("SELECT ERROR('boom')")

        again = warehouse.start("SELECT ERROR('boom')")

        with pytest.raises(QueryFailed, match="boom"):
            warehouse.look(again)


def test_an_insert_without_a_valid_token_that_was_never_taken_is_a_matter_of_credentials(
    warehouse, monkeypatch
):
    with in_front_of(warehouse.server.endpoint, *[(401, "authError")] * 3) as url:
        monkeypatch.setenv("BIGQUERY_EMULATOR_HOST", url)

        with pytest.raises(CredentialsUnusable, match="no, you may not"):
            warehouse.start("SELECT 1")


def test_a_name_that_is_taken_is_joined_without_a_further_call(warehouse, http):
    warehouse.start("SELECT 1")
    http.calls.clear()

    warehouse.start("SELECT 1")

    assert http.calls == ["POST jobs"]


@pytest.mark.parametrize("status", [400, 403])
def test_a_look_that_is_refused_does_not_say_that_the_load_failed(warehouse, monkeypatch, status):
    started = warehouse.start("SELECT 1")
    no = refusal(status, "accessDenied", "no, you may not")
    with answering(200, {}, gets=(status, no)) as url:
        monkeypatch.setenv("BIGQUERY_EMULATOR_HOST", url.removesuffix("/token"))
        bigquery._client.cache_clear()

        with pytest.raises(QueryRefused, match=r"BigQuery refused job stepkeeper-.*: .*no, you may not"):
            warehouse.look(started)


def test_a_query_that_runs_is_running_until_it_is_done(warehouse):
    table = warehouse.new_table()
    warehouse.server.control("jobs", seconds=600)
    started = warehouse.start(ONE_ROW.format(table))

    assert warehouse.look(started) == {"state": "running"}


def test_a_check_is_waited_for_while_it_runs(warehouse):
    warehouse.server.control("jobs", seconds=0.4)

    assert warehouse.run("SELECT 7") == 7


def test_a_check_that_takes_too_long_is_named_and_the_same_call_again_joins_it(warehouse):
    table = warehouse.new_table()
    script = ONE_ROW_AND_COUNT.format(table)
    warehouse.server.control("jobs", seconds=0.6)
    with pytest.raises(QueryStillRunning) as still:
        warehouse.run(script, max_wait="PT0.1S")

    answer = warehouse.run(script)

    job = str(still.value).split()[2]
    assert (answer, warehouse.rows(table)) == (1, [(1, "a")])
    assert warehouse.inserts_of(job) == [200, 409]


def test_a_wait_ends_before_the_function_does(warehouse, context):
    warehouse.server.control("jobs", seconds=600)
    context.remaining_ms = 15_100

    with pytest.raises(QueryStillRunning, match=r"bigquery query stepkeeper-\w{40} is not finished"):
        warehouse.run("SELECT 1")
