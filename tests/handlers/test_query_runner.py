"""A query is run, or started and looked at. Athena; BigQuery is in bigquery/."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from stepkeeper.domain.query import query_token
from stepkeeper.errors import (
    InvalidParameters,
    InvalidSettings,
    InvalidSql,
    QueryFailed,
    QueryRefused,
    QueryStillRunning,
    SqlNotFound,
    UnroutableEvent,
)
from stepkeeper.handlers.query_runner import handler
from tests.handlers.athena import WRITTEN, Athena, refused
from tests.handlers.queries import BUCKET, CHECK, RUN, START, changed, looking_at, put_sql
from tests.memory import Stack
from tests.template import REGION

CHECK_SQL = "SELECT COUNT(*) AS delivered FROM landing.sales WHERE sold_on >= CAST(@period_start AS DATE)"


@pytest.fixture(autouse=True)
def athena(stack: Stack, configure: Callable[..., None]) -> Athena:
    """Athena, and the SQL in its bucket."""
    configure("QueryRunnerFunction", AthenaWorkgroup="loads")
    put_sql(stack, sales_arrived=CHECK_SQL)
    return Athena()


def only(athena: Athena) -> dict[str, Any]:
    (query,) = athena.queries.values()
    return query.request


def test_a_check_answers_its_value_as_the_contract_has_it(athena, context):
    assert handler(RUN, context) == {"statusCode": 200, "return_value": 42}
    assert only(athena) == {
        "QueryString": CHECK_SQL.replace("@period_start", "?"),
        "ExecutionParameters": ["'2026-11-23'"],
        "ClientRequestToken": query_token(context.aws_request_id, ""),
        "WorkGroup": "loads",
    }


def test_the_region_of_the_event_is_where_everything_is(athena, stack, context):
    elsewhere = stack.aws.wire.calls
    event = copy.deepcopy(RUN)
    event["databaseInformation"]["region"] = "eu-west-1"

    handler(event, context)

    assert athena.regions == {"eu-west-1"}
    assert [call.split(":")[0] for call in elsewhere] == ["s3", "athena", "athena", "athena"]


def test_a_query_is_waited_for_through_all_of_its_states(athena, context):
    athena.states = ["QUEUED", "RUNNING", "QUEUED", "SUCCEEDED"]

    assert handler(changed(CHECK, max_wait="PT10S"), context)["return_value"] == 42


@pytest.mark.parametrize("max_wait", ["PT0.1S", "PT0.4S"])
def test_a_check_that_takes_longer_than_it_may_says_which_query_goes_on(athena, context, max_wait):
    athena.states = ["RUNNING"]

    with pytest.raises(QueryStillRunning) as still:
        handler(changed(CHECK, max_wait=max_wait), context)

    token = query_token(CHECK["execution"], CHECK["state"])
    assert str(still.value).startswith(
        f"athena query id-of-{token} is not finished after 0:00:00.{max_wait[4]}00000"
    )


@pytest.mark.parametrize("remaining_ms", [85_100, 85_000, 3_000, 0])
def test_a_wait_ends_while_there_is_time_left_to_say_so(athena, context, remaining_ms):
    athena.states, context.remaining_ms = ["RUNNING", "SUCCEEDED"], remaining_ms

    with pytest.raises(QueryStillRunning, match=r"is not finished after 0:00:00(\.1|,)"):
        handler(changed(CHECK, max_wait="PT35S"), context)


def test_a_query_that_is_done_is_answered_however_little_time_is_left(context):
    context.remaining_ms = 0

    assert handler(CHECK, context)["return_value"] == 42


def test_without_a_time_to_wait_the_functions_own_bounds_it(athena, context, monkeypatch):
    monkeypatch.setenv("MAX_WAIT", "PT0.1S")
    athena.states = ["RUNNING"]

    with pytest.raises(QueryStillRunning, match=r"after 0:00:00\.1"):
        handler(RUN, context)


def test_the_same_call_again_joins_the_query_and_gets_its_value(athena, context):
    athena.states = ["RUNNING", "SUCCEEDED"]
    with pytest.raises(QueryStillRunning):
        handler(changed(CHECK, max_wait="PT0.1S"), context)
    context.aws_request_id = "00000000-0000-4000-8000-000000000002"

    answer = handler(changed(CHECK, max_wait="PT0.1S"), context)

    assert answer["return_value"] == 42
    assert len(athena.queries) == 1


def test_another_poll_of_the_same_run_asks_again(athena, context):
    handler(CHECK, context)
    handler(changed(CHECK, state="Is the data there? 1"), context)

    assert len(athena.queries) == 2


def test_two_calls_by_hand_are_two_queries_and_lambdas_own_retry_of_one_is_none(athena, context):
    handler(RUN, context)
    handler(RUN, context)
    context.aws_request_id = "00000000-0000-4000-8000-000000000002"
    handler(RUN, context)

    assert len(athena.queries) == 2


def test_a_load_is_started_without_being_waited_for_and_then_looked_at(athena, context):
    athena.states, athena.results = ["RUNNING", "SUCCEEDED"], WRITTEN

    started = handler(START, context)
    seen = [handler(looking_at(started), context) for _ in range(2)]

    token = query_token(START["execution"], "Start the load")
    assert started == {"query": {"engine": "athena", "region": REGION, "id": f"id-of-{token}"}}
    assert seen == [
        {"state": "running"},
        {"state": "succeeded", "return_value": None, "rows_written": 42},
    ]


def test_a_load_that_is_started_again_and_again_is_one(athena, context):
    answers = [handler(START, context) for _ in range(10)]

    assert answers == [answers[0]] * 10
    assert len(athena.queries) == 1


def test_a_load_under_the_same_name_with_other_values_is_refused_and_not_loaded(athena, context):
    handler(START, context)

    with pytest.raises(QueryRefused, match="Athena refused the query: Idempotent parameters do not match"):
        handler(changed(START, parameters={**START["parameters"], "period_start": "2026-11-16"}), context)

    assert only(athena)["ExecutionParameters"] == ["'2026-11-23'"]


def test_a_load_that_was_refused_is_begun_under_the_same_name_when_it_is_allowed(athena, context):
    athena.refusals = [(400, refused("Queries of this type are not supported"))]
    with pytest.raises(QueryRefused, match="Athena refused the query: Queries of this type"):
        handler(START, context)

    started = [handler(START, context) for _ in range(2)]

    assert started[0] == started[1]
    assert list(athena.queries) == [query_token(START["execution"], START["state"])]


@pytest.mark.parametrize("state", ["FAILED", "CANCELLED"])
def test_a_load_that_failed_is_joined_too_and_fails_again(athena, context, state):
    athena.states = [state]
    handler(START, context)
    athena.states = ["SUCCEEDED"]

    again = handler(START, context)

    with pytest.raises(QueryFailed):
        handler(looking_at(again), context)
    assert len(athena.queries) == 1


@pytest.mark.parametrize("state", ["FAILED", "CANCELLED"])
def test_a_query_that_fails_ends_the_wait_with_athenas_reason_and_the_id(athena, context, state):
    athena.states = ["RUNNING", state]

    with pytest.raises(QueryFailed, match=f"id-of-stepkeeper-.* {state}: the engine's own reason"):
        handler(changed(CHECK, max_wait="PT5S"), context)


def test_a_query_that_nobody_knows_is_not_said_to_have_failed(context):
    with pytest.raises(QueryRefused, match="query x: QueryExecution x was not found"):
        handler(looking_at({"query": {"engine": "athena", "region": REGION, "id": "x"}}), context)


@pytest.mark.parametrize(
    ("hostile", "written"),
    [
        ("'; DELETE FROM warehouse.sales; --", "'''; DELETE FROM warehouse.sales; --'"),
        ("2026' OR '1'='1", "'2026'' OR ''1''=''1'"),
        ("@period_start ?", "'@period_start ?'"),
        ("夜\\\n", "'夜\\\n'"),
        (True, "true"),
        (None, "NULL"),
        (20261123, "20261123"),
        (0.1, "0.1E0"),
    ],
)
def test_a_value_never_gets_into_the_statement(athena, context, hostile, written):
    handler(changed(RUN, parameters={"period_start": hostile}), context)

    assert only(athena)["QueryString"] == CHECK_SQL.replace("@period_start", "?")
    assert only(athena)["ExecutionParameters"] == [written]


def test_a_value_that_is_missing_is_named_and_nothing_is_asked(athena, context):
    with pytest.raises(InvalidParameters, match=r"needs @period_start.*\['period_strat'\]"):
        handler(changed(RUN, parameters={"period_strat": "2026-11-23"}), context)

    assert athena.queries == {}


@pytest.mark.parametrize(
    ("body", "error"), [(None, SqlNotFound), (b"", InvalidSql), (b"\xff", InvalidSql)], ids=repr
)
def test_sql_that_is_not_there_or_is_none_is_an_error_and_nothing_is_asked(
    athena, stack, context, body, error
):
    storage = stack.aws.client("s3")
    storage.delete_object(Bucket=BUCKET, Key="athena/sales_arrived.sql")
    if body is not None:
        storage.put_object(Bucket=BUCKET, Key="athena/sales_arrived.sql", Body=body)

    with pytest.raises(error, match=f"s3://{BUCKET}/athena/sales_arrived.sql"):
        handler(RUN, context)

    assert athena.queries == {}


def test_a_workgroup_that_is_not_set_is_named(context, monkeypatch):
    monkeypatch.setenv("ATHENA_WORKGROUP", "")

    with pytest.raises(InvalidSettings, match="ATHENA_WORKGROUP"):
        handler(RUN, context)


WRONG = [
    changed(RUN, engine="redshift"),
    changed(RUN, engine="__init__"),
    changed(RUN, engine="../athena"),
    changed(RUN, engine=None),
    changed(RUN, sql="SELECT 1"),
    changed(RUN, databaseInformation={"region": REGION, "sqlBucket": BUCKET}),
    changed(RUN, databaseInformation={**RUN["databaseInformation"], "database": "sales"}),
    changed(RUN, parameters={"day": ["2026-11-23"]}),
    changed(RUN, parameters={"@day": "2026-11-23"}),
    changed(RUN, parameters=[]),
    changed(RUN, max_wait="PT0S"),
    changed(RUN, max_wait="-PT1S"),
    changed(RUN, max_wait="PT14M1S"),
    changed(RUN, max_wait=30),
    changed(RUN, action="run"),
    changed(START, execution=None),
    changed(START, execution=""),
    changed(START, state=None),
    changed(START, state=""),
    changed(START, max_wait="PT30S"),
    looking_at({"query": {"engine": "athena", "region": REGION, "id": ""}}),
    looking_at({"query": {"engine": "athena", "region": "athena.evil.example/", "id": "x"}}),
    looking_at({"query": {"engine": "athena", "region": REGION, "id": 7}}),
    looking_at({"query": "x"}),
    {},
    None,
    "SELECT 1",
]


@pytest.mark.parametrize("event", WRONG, ids=range(len(WRONG)))
def test_an_event_that_is_wrong_is_refused_before_anything_has_happened(stack, context, event):
    with pytest.raises(UnroutableEvent):
        handler(event, context)

    assert stack.aws.wire.calls == []


def test_an_unknown_engine_is_told_which_there_are(context):
    with pytest.raises(UnroutableEvent, match="should be one of athena, bigquery"):
        handler(changed(RUN, engine="redshift"), context)


def test_the_log_names_the_query_and_no_value_of_a_parameter(context, caplog):
    handler(changed(CHECK, parameters={"period_start": "confidential"}), context)

    (line,) = (record for record in caplog.records if record.message == "query")
    token = query_token(CHECK["execution"], CHECK["state"])
    assert (line.engine, line.query_id) == ("athena", f"id-of-{token}")
    assert "confidential" not in str([vars(record) for record in caplog.records])


def test_a_check_that_writes_is_found_out_at_the_first_look(athena, context):
    athena.results = WRITTEN

    with pytest.raises(InvalidSql, match=f"{CHECK['databaseInformation']['sqlTemplatePath']} is to ask"):
        handler({**CHECK, "read_only": True}, context)


def test_a_check_that_only_reads_may_say_so(context):
    assert handler({**CHECK, "read_only": True}, context) == {"statusCode": 200, "return_value": 42}
