"""Athena: starting a query, and what became of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from stepkeeper.aws import outages
from stepkeeper.domain.athena_sql import value_of
from stepkeeper.domain.query import Finished, Running, json_value
from stepkeeper.errors import EngineUnavailable, QueryFailed, QueryRefused

if TYPE_CHECKING:
    from mypy_boto3_athena import AthenaClient
    from mypy_boto3_athena.type_defs import StartQueryExecutionInputTypeDef


def start_query(client: "AthenaClient", *, sql: str, literals: list[str], token: str, workgroup: str) -> str:
    """Starts a query and gives its id; the same token and query give the same id again.

    Raises QueryRefused, also where the token was used with other SQL or values, and EngineUnavailable.
    """
    request: StartQueryExecutionInputTypeDef = {
        "QueryString": sql,
        "ClientRequestToken": token,
        "WorkGroup": workgroup,
    }
    if literals:
        request["ExecutionParameters"] = literals
    with _failures_named(client, "the query"):
        return client.start_query_execution(**request)["QueryExecutionId"]


def look(client: "AthenaClient", query_id: str) -> Running | Finished:
    """How far a query is. Raises QueryFailed, QueryRefused, and EngineUnavailable."""
    with _failures_named(client, f"query {query_id}"):
        status = client.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]["Status"]
        if status["State"] in ("FAILED", "CANCELLED"):
            reason = status.get("StateChangeReason") or "it gives no reason"
            raise QueryFailed(f"Athena query {query_id} {status['State']}: {reason}")
        if status["State"] != "SUCCEEDED":
            return Running()
        return _result(client, query_id)


def _result(client: "AthenaClient", query_id: str) -> Finished:
    """The first value of a SELECT, whose first row is its columns' names; no other statement has one."""
    answer = client.get_query_results(QueryExecutionId=query_id, MaxResults=2)
    columns = answer["ResultSet"].get("ResultSetMetadata", {}).get("ColumnInfo", [])
    rows = [[cell.get("VarCharValue") for cell in row["Data"]] for row in answer["ResultSet"]["Rows"]]
    if rows and rows[0] == [column.get("Label") or column["Name"] for column in columns]:
        first = value_of(rows[1][0], columns[0]["Type"]) if rows[1:] else None
        return Finished(return_value=json_value(first), rows_written=None)
    return Finished(return_value=None, rows_written=answer.get("UpdateCount", 0))


@contextmanager
def _failures_named(client: "AthenaClient", query: str) -> Iterator[None]:
    """What may go well later has one name, and what Athena will always refuse another."""
    with outages.named(EngineUnavailable, f"Athena, {query}"):
        try:
            yield
        except client.exceptions.InvalidRequestException as error:
            message = error.response["Error"]["Message"]
            raise QueryRefused(f"Athena refused {query}: {message}") from error
