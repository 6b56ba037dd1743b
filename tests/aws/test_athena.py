"""Athena: what is asked of it, and what its answers mean. It is answered for as the API would."""

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, EndpointConnectionError, ReadTimeoutError
from botocore.stub import Stubber

from stepkeeper.aws import athena
from stepkeeper.domain.query import Finished, Running, query_token
from stepkeeper.errors import EngineUnavailable, QueryFailed, QueryRefused

ID = "0b6c1f6e-3f0e-4d7c-9b7e-1f2a3b4c5d6e"
TOKEN = query_token("arn:execution", "Start the load")
SQL = "INSERT INTO warehouse.sales SELECT * FROM landing.sales WHERE shop = ? AND n > ?"
LITERALS = ["'it''s ?; --'", "12"]
STARTED = {"QueryString": SQL, "ClientRequestToken": TOKEN, "WorkGroup": "loads"}


@pytest.fixture
def client(aws):
    return aws.client("athena")


@pytest.fixture
def stub(client):
    with Stubber(client) as stub:
        yield stub
        stub.assert_no_pending_responses()


def start(client, literals: list[str]) -> str:
    return athena.start_query(client, sql=SQL, literals=literals, token=TOKEN, workgroup="loads")


def test_a_query_is_started_with_its_values_beside_it_and_its_token(client, stub):
    stub.add_response(
        "start_query_execution", {"QueryExecutionId": ID}, {**STARTED, "ExecutionParameters": LITERALS}
    )

    assert start(client, LITERALS) == ID


def test_without_values_none_are_sent_since_athena_takes_no_empty_list(client, stub):
    stub.add_response("start_query_execution", {"QueryExecutionId": ID}, STARTED)

    assert start(client, []) == ID


def test_what_athena_refuses_is_told_in_its_own_words(client, stub):
    stub.add_client_error("start_query_execution", "InvalidRequestException", "line 1:8: mismatched input")

    with pytest.raises(QueryRefused, match=r"^Athena refused the query: line 1:8: mismatched input$"):
        start(client, LITERALS)


def test_of_a_query_that_athena_does_not_know_nobody_says_that_it_failed(client, stub):
    stub.add_client_error("get_query_execution", "InvalidRequestException", f"QueryExecution {ID} not found")

    with pytest.raises(QueryRefused, match=f"^Athena refused query {ID}: QueryExecution {ID} not found$"):
        athena.look(client, ID)


MOMENTARY = [
    ("TooManyRequestsException", 400),
    ("ThrottlingException", 400),
    ("InternalServerException", 500),
    ("ServiceUnavailable", 503),
]


@pytest.mark.parametrize(("code", "status"), MOMENTARY)
def test_what_may_go_well_later_has_one_name_when_a_query_is_started(code, status, client, stub):
    stub.add_client_error("start_query_execution", code, "Slow down", status)

    with pytest.raises(EngineUnavailable, match=f"{code}.*Slow down"):
        start(client, LITERALS)


@pytest.mark.parametrize(("code", "status"), MOMENTARY)
@pytest.mark.parametrize("succeeded", [False, True], ids=["of the query", "of its result"])
def test_what_may_go_well_later_has_one_name_when_a_query_is_looked_at(code, status, succeeded, client, stub):
    if succeeded:
        add_status(stub, "SUCCEEDED")
    stub.add_client_error(f"get_query_{'results' if succeeded else 'execution'}", code, "Slow down", status)

    with pytest.raises(EngineUnavailable, match=f"{code}.*Slow down"):
        athena.look(client, ID)


def test_a_permission_that_is_missing_is_not_hidden_behind_another_name(client, stub):
    stub.add_client_error("start_query_execution", "AccessDeniedException", "not authorized", 400)

    with pytest.raises(ClientError, match=r"AccessDeniedException.*not authorized"):
        start(client, LITERALS)


@pytest.mark.parametrize(
    "broken",
    [
        EndpointConnectionError(endpoint_url="https://athena.invalid"),
        ConnectionClosedError(endpoint_url="https://athena.invalid"),
        ReadTimeoutError(endpoint_url="https://athena.invalid"),
    ],
    ids=lambda broken: type(broken).__name__,
)
def test_a_broken_connection_may_go_well_later(broken, client):
    def fail(**_):
        raise broken

    client.meta.events.register_first("before-send.athena", fail)
    try:
        with pytest.raises(EngineUnavailable, match=r"no answer: .*https://athena\.invalid"):
            start(client, LITERALS)
        with pytest.raises(EngineUnavailable, match=r"no answer: .*https://athena\.invalid"):
            athena.look(client, ID)
    finally:
        client.meta.events.unregister("before-send.athena", fail)


def add_status(stub, state: str, **more: str) -> None:
    status = {"State": state, **more}
    stub.add_response("get_query_execution", {"QueryExecution": {"Status": status}}, {"QueryExecutionId": ID})


def add_results(stub, columns: list[dict], rows: list[list[str | None]], **more: int) -> None:
    shown = [
        {"Data": [{} if value is None else {"VarCharValue": value} for value in values]} for values in rows
    ]
    answer = {"ResultSet": {"Rows": shown, "ResultSetMetadata": {"ColumnInfo": columns}}, **more}
    stub.add_response("get_query_results", answer, {"QueryExecutionId": ID, "MaxResults": 2})


def column(name: str, type_: str) -> dict:
    return {"Name": name, "Label": name, "Type": type_}


def test_a_query_may_go_back_into_the_queue_and_is_running_until_it_has_ended(client, stub):
    for state in ("QUEUED", "RUNNING", "QUEUED", "RUNNING"):
        add_status(stub, state)

    seen = [athena.look(client, ID) for _ in range(4)]

    assert seen == [Running()] * 4


@pytest.mark.parametrize("state", ["FAILED", "CANCELLED"])
def test_a_query_that_has_ended_otherwise_tells_its_id_its_state_and_athenas_reason(state, client, stub):
    add_status(stub, state, StateChangeReason="HIVE_BAD_DATA: line 3, 'it''s'")

    with pytest.raises(QueryFailed, match=f"^Athena query {ID} {state}: HIVE_BAD_DATA: line 3, 'it''s'$"):
        athena.look(client, ID)


@pytest.mark.parametrize("reason", [{}, {"StateChangeReason": ""}], ids=["no reason", "empty reason"])
def test_a_query_that_failed_for_no_reason_says_so(reason, client, stub):
    add_status(stub, "CANCELLED", **reason)

    with pytest.raises(QueryFailed, match=f"{ID} CANCELLED: it gives no reason"):
        athena.look(client, ID)


@pytest.mark.parametrize(
    ("text", "type_", "value"),
    [
        ("12", "bigint", 12),
        ("0", "bigint", 0),
        ("12", "varchar", "12"),
        ("1.5", "double", 1.5),
        ("12.00", "decimal", 12),
        ("12.50", "decimal", "12.50"),
        ("true", "boolean", True),
        ("2026-11-26", "date", "2026-11-26"),
        (None, "bigint", None),
        ("", "varchar", ""),
    ],
)
def test_the_value_is_the_first_column_of_the_row_below_the_names(text, type_, value, client, stub):
    add_status(stub, "SUCCEEDED")
    add_results(stub, [column("n", type_), column("m", "varchar")], [["n", "m"], [text, "other"]])

    seen = athena.look(client, ID)

    assert seen == Finished(return_value=value, rows_written=None)
    assert type(seen.return_value) is type(value)


def test_a_select_without_rows_gives_nothing(client, stub):
    add_status(stub, "SUCCEEDED")
    add_results(stub, [column("n", "bigint")], [["n"]], UpdateCount=0)

    assert athena.look(client, ID) == Finished(return_value=None, rows_written=None)


def test_a_value_that_reads_like_the_name_of_its_column_is_a_value(client, stub):
    add_status(stub, "SUCCEEDED")
    add_results(stub, [column("_col0", "varchar")], [["_col0"], ["_col0"]])

    assert athena.look(client, ID).return_value == "_col0"


def test_the_row_of_names_is_known_by_the_labels_or_where_there_are_none_by_the_names(client, stub):
    add_status(stub, "SUCCEEDED")
    add_results(
        stub,
        [{"Name": "x", "Label": "n", "Type": "bigint"}, {"Name": "m", "Type": "bigint"}],
        [["n", "m"], ["7", "8"]],
    )

    assert athena.look(client, ID).return_value == 7


def test_an_insert_tells_how_many_rows_it_wrote_and_has_no_value(client, stub):
    add_status(stub, "SUCCEEDED")
    add_results(stub, [column("rows", "bigint")], [], UpdateCount=1234)

    assert athena.look(client, ID) == Finished(return_value=None, rows_written=1234)


def test_a_statement_that_has_neither_columns_nor_rows_nor_a_count_is_no_select(client, stub):
    add_status(stub, "SUCCEEDED")
    answer = {"ResultSet": {"Rows": []}}
    stub.add_response("get_query_results", answer, {"QueryExecutionId": ID, "MaxResults": 2})

    assert athena.look(client, ID) == Finished(return_value=None, rows_written=0)
