"""Runs SQL that is kept in S3, on Athena or BigQuery.

A short query is waited for. A long one is started by one call and looked at by others: load_when_ready does
the waiting.
"""

from datetime import timedelta
from typing import Annotated, Any, Literal

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, ConfigDict, Field

from stepkeeper import clock, engines
from stepkeeper.aws import s3
from stepkeeper.aws.clients import client
from stepkeeper.domain.query import FIRST_PAUSE, Engine, Finished, Running, next_pause, query_token
from stepkeeper.engines import EngineName
from stepkeeper.errors import InvalidSql, QueryStillRunning
from stepkeeper.fields import BucketName, Duration, ObjectKey, Region, SqlParameters
from stepkeeper.routing import Event, EventRouter
from stepkeeper.settings import Settings

ANSWER_IN = timedelta(seconds=85)
"""Kept back before the function's timeout: one more look takes less, even with all attempts of each call."""

LONGEST_WAIT = timedelta(seconds=35)
"""What the function's timeout leaves of it."""

router = EventRouter("query_runner")
handler = router


class QueryRunnerSettings(Settings):
    max_wait: Duration


class DatabaseInformation(BaseModel):
    """Where the SQL lies, and in which Region it and Athena are."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    region: Region
    sqlBucket: BucketName
    sqlTemplatePath: ObjectKey


class Query(Event):
    """{"databaseInformation": {"region", "sqlBucket", "sqlTemplatePath"}, "engine", "parameters"}"""

    databaseInformation: DatabaseInformation
    engine: EngineName
    parameters: SqlParameters


class RunQuery(Query):
    """{"databaseInformation": {"region", "sqlBucket", "sqlTemplatePath"}, "engine", "parameters", "max_wait"?: "PT30S", "execution"?, "state"?, "read_only"?}"""  # noqa: E501

    max_wait: Annotated[Duration, Field(gt=timedelta(0), le=LONGEST_WAIT)] | None = None
    execution: str | None = None
    state: str = ""
    read_only: bool = False

    @property
    def correlation_id(self) -> str | None:
        return self.execution


class StartQuery(Query):
    """{"action": "start", "databaseInformation": {…}, "engine", "parameters", "execution", "state"}"""

    action: Literal["start"]
    execution: str = Field(min_length=1)
    state: str = Field(min_length=1)

    @property
    def correlation_id(self) -> str:
        return self.execution


class StartedQuery(BaseModel):
    """A query as `start` answers it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    engine: EngineName
    region: Region
    id: str = Field(min_length=1, max_length=1024)


class LookAtQuery(Event):
    """{"action": "status", "query": {"engine", "region", "id"}}"""

    action: Literal["status"]
    query: StartedQuery


@router.on(RunQuery)
def run(event: RunQuery, context: LambdaContext) -> dict[str, Any]:
    """Runs a short query and waits for it. Raises QueryStillRunning; the same call again joins the query."""
    longest = event.max_wait or QueryRunnerSettings.read().max_wait
    left = timedelta(milliseconds=context.get_remaining_time_in_millis()) - ANSWER_IN
    waits = max(timedelta(0), min(longest, left))
    ends = clock.now() + waits
    engine, query_id = _start(event, query_token(event.execution or context.aws_request_id, event.state))
    pause = FIRST_PAUSE
    while isinstance(seen := engine.look(query_id), Running):
        if clock.now() + pause > ends:
            raise QueryStillRunning(
                f"{event.engine} query {query_id} is not finished after {waits}, and goes on. For what takes "
                f"longer there are the actions start and status."
            )
        clock.wait(pause)
        pause = next_pause(pause)
    if event.read_only and seen.rows_written is not None:
        raise InvalidSql(f"{event.databaseInformation.sqlTemplatePath} is to ask, and it is no SELECT.")
    return {"statusCode": 200, "return_value": seen.return_value}


@router.on(StartQuery)
def start(event: StartQuery, _context: LambdaContext) -> dict[str, Any]:
    """Starts a query, or joins the one that this state of this execution has started before."""
    _, query_id = _start(event, query_token(event.execution, event.state))
    return {"query": {"engine": event.engine, "region": event.databaseInformation.region, "id": query_id}}


@router.on(LookAtQuery)
def look(event: LookAtQuery, _context: LambdaContext) -> dict[str, Any]:
    """Tells whether the query is running or has succeeded; raises QueryFailed when it never will."""
    seen = engines.connect(event.query.engine, event.query.region).look(event.query.id)
    if isinstance(seen, Finished):
        return {"state": "succeeded", "return_value": seen.return_value, "rows_written": seen.rows_written}
    return {"state": "running"}


def _start(query: Query, token: str) -> tuple[Engine, str]:
    where = query.databaseInformation
    sql = s3.read_sql(client("s3", where.region), where.sqlBucket, where.sqlTemplatePath)
    engine = engines.connect(query.engine, where.region)
    query_id = engine.start(sql, query.parameters, token=token)
    router.logger.info("query", extra={"engine": query.engine, "query_id": query_id})
    return engine, query_id
