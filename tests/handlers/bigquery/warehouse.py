"""A local BigQuery that the query runner loads into, with its credentials in Secrets Manager."""

import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from local.bigquery import BigQuery
from stepkeeper.engines import bigquery, connect
from stepkeeper.handlers.query_runner import handler
from tests.conftest import FakeContext
from tests.handlers.queries import BUCKET
from tests.memory import Stack
from tests.template import ACCOUNT, REGION

KEY = "bigquery/query.sql"
RUN_OF_LOAD = f"arn:aws:states:{REGION}:{ACCOUNT}:execution:stepkeeper-load_when_ready"
_numbers = itertools.count(1)


@dataclass
class Warehouse:
    """What a test does with the local BigQuery and the query runner. No two tests share a table or a run."""

    server: BigQuery
    stack: Stack
    context: FakeContext
    secret_arn: str
    configure: Callable[..., None]
    number: int = 0

    def __post_init__(self) -> None:
        self.begin_another_run()
        self.configure(
            "QueryRunnerFunction", BigQueryProject=self.server.project, BigQuerySecretArn=self.secret_arn
        )

    def begin_another_run(self) -> None:
        """What one run asks twice is asked once."""
        self.number = next(_numbers)

    def keep_secret(self, content: object) -> None:
        """Makes it the secret that the function is given."""
        text = content if isinstance(content, str) else json.dumps(content)
        name = f"bigquery-{next(_numbers)}"
        arn = self.stack.aws.client("secretsmanager").create_secret(Name=name, SecretString=text)["ARN"]
        self.configure("QueryRunnerFunction", BigQuerySecretArn=arn)
        self.secret_arn = arn

    def run(self, sql: str, *, max_wait: str = "PT20S", **parameters: Any) -> Any:
        """The value that a query gives."""
        return handler({**self._query(sql, parameters), "max_wait": max_wait}, self.context)["return_value"]

    def start(self, sql: str, **parameters: Any) -> dict[str, Any]:
        """Starts it as a state machine does: all starts of one test are one state of one execution."""
        answer: dict[str, Any] = handler({**self._query(sql, parameters), "action": "start"}, self.context)
        return answer

    def look(self, started: dict[str, Any]) -> dict[str, Any]:
        """How far it is."""
        answer: dict[str, Any] = handler({"action": "status", **started}, self.context)
        return answer

    def engine(self) -> Any:
        """The engine alone, for calls at once, in an environment of its own as Lambda would have it."""
        bigquery._client.cache_clear()
        return connect("bigquery", REGION)

    def new_table(self) -> str:
        """An empty table with a number and a text."""
        table = f"shop.t{next(_numbers)}"
        self.server.client().query(f"CREATE TABLE {table} (n INT64, s STRING)").result()
        return table

    def rows(self, table: str) -> list[tuple[Any, ...]]:
        """What is in a table."""
        rows = self.server.client().query(f"SELECT n, s FROM {table} ORDER BY n").result()  # noqa: S608
        return [tuple(row) for row in rows]

    def inserts_of(self, job_id: str) -> list[int | None]:
        """What the tries to insert a job were answered."""
        calls = self.server.calls()
        return [call.status for call in calls if call.method == "POST" and call.job_id == job_id]

    def _query(self, sql: str, parameters: dict[str, Any]) -> dict[str, Any]:
        self.stack.aws.client("s3").put_object(Bucket=BUCKET, Key=KEY, Body=sql.encode())
        where = {"region": REGION, "sqlBucket": BUCKET, "sqlTemplatePath": KEY}
        run = {"execution": f"{RUN_OF_LOAD}:{self.number}", "state": "Start the load"}
        return {"databaseInformation": where, "engine": "bigquery", "parameters": parameters, **run}
