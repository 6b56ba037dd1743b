"""An Athena that keeps its queries by their tokens, as the service does; moto's starts each one again."""

import json
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import boto3

BIGINT = {"Name": "delivered", "Label": "delivered", "Type": "bigint"}
COUNT: dict[str, Any] = {
    "ResultSet": {
        "Rows": [{"Data": [{"VarCharValue": text}]} for text in ("delivered", "42")],
        "ResultSetMetadata": {"ColumnInfo": [BIGINT]},
    }
}
WRITTEN: dict[str, Any] = {"ResultSet": {"Rows": []}, "UpdateCount": 42}


@dataclass
class Query:
    """One query: what was asked, and the states that it goes through, the last one for good."""

    request: dict[str, Any]
    states: list[str]

    def next_state(self) -> str:
        return self.states.pop(0) if len(self.states) > 1 else self.states[0]


@dataclass
class Athena:
    """Answers every call of the product's clients. `states` and `results` are those of the next queries,
    `refusals` what the next calls are answered, with their statuses, and nothing else happens."""

    queries: dict[str, Query] = field(default_factory=dict)
    states: list[str] = field(default_factory=lambda: ["SUCCEEDED"])
    results: dict[str, Any] = field(default_factory=lambda: COUNT)
    refusals: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    regions: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        events = boto3._get_default_session().events
        events.register("before-call.athena", self._answer)

    def _answer(self, model: Any, params: dict[str, Any], context: dict[str, Any], **_: Any) -> Any:
        self.regions.add(context["client_region"])
        asked = json.loads(params["body"])
        status, answer = self.refusals.pop(0) if self.refusals else getattr(self, f"_{model.name}")(asked)
        metadata = {"ResponseMetadata": {"HTTPStatusCode": status}}
        return SimpleNamespace(status_code=status), {**answer, **metadata}

    def _StartQueryExecution(self, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:  # noqa: N802
        token = asked["ClientRequestToken"]
        known = self.queries.setdefault(token, Query(asked, list(self.states)))
        if known.request != asked:
            return 400, refused("Idempotent parameters do not match")
        return 200, {"QueryExecutionId": f"id-of-{token}"}

    def _GetQueryExecution(self, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:  # noqa: N802
        query_id = asked["QueryExecutionId"]
        query = self.queries.get(query_id.removeprefix("id-of-"))
        if query is None:
            return 400, refused(f"QueryExecution {query_id} was not found")
        status = {"State": query.next_state(), "StateChangeReason": "the engine's own reason"}
        return 200, {"QueryExecution": {"Status": status}}

    def _GetQueryResults(self, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:  # noqa: N802
        assert asked["MaxResults"] == 2
        return 200, self.results


def refused(message: str) -> dict[str, Any]:
    return {"Error": {"Code": "InvalidRequestException", "Message": message}}
