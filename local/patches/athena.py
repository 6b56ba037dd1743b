"""Athena where a query is started otherwise than on AWS."""

import json
import re
from collections.abc import Iterator

from local.patches.patching import Answer, Function, Params, patch

REQUEST = "_stepkeeper_request"
MAX_PARAMETER_LENGTH = 1024
LITERAL = re.compile(
    r"""
    (?:(?:DATE|TIME|TIMESTAMP|DECIMAL)\s*)? '(?:[^']|'')*'
    | [+-]? (?:[0-9]+(?:\.[0-9]*)? | \.[0-9]+) (?:E[+-]?[0-9]+)?
    | TRUE | FALSE | NULL
    """,
    re.VERBOSE | re.IGNORECASE,
)


@patch("services.athena", "_start_query_execution")
def execution_parameters_are_bound(original: Function) -> Function:
    """Athena puts each of the ExecutionParameters, which are SQL literals, in the place of a `?`.

    MiniStack drops them, and the query fails for want of them.
    """

    def _start_query_execution(data: Params) -> Answer:
        from ministack.services import athena

        statement, parameters = data.get("QueryString", ""), data.get("ExecutionParameters") or []
        places = list(_places(statement))
        complaint = _complaint(parameters, len(places))
        if complaint:
            return _invalid(complaint)
        answer: Answer = original({**data, "QueryString": _bound(statement, places, parameters)})
        query_id = _query_id(answer)
        if query_id:
            kept = {"ExecutionParameters": parameters} if parameters else {}
            athena._executions[query_id].update({"Query": statement, **kept})
        return answer

    return _start_query_execution


@patch("services.athena", "_start_query_execution")
def a_repeated_token_is_the_same_query(original: Function) -> Function:
    """Athena answers a ClientRequestToken that it knows with the query that it started then.

    MiniStack starts another one, so that a repeated call would run its statement twice.
    """

    def _start_query_execution(data: Params) -> Answer:
        from ministack.core.responses import json_response
        from ministack.services import athena

        for query_id, known in list(athena._executions.items()):
            request = known.get(REQUEST) or {}
            if request.get("ClientRequestToken") == data.get("ClientRequestToken", ""):
                if request != data:
                    return _invalid("Idempotent parameters do not match")
                return json_response({"QueryExecutionId": query_id})
        answer: Answer = original(data)
        started = _query_id(answer)
        if started:
            athena._executions[started][REQUEST] = data
        return answer

    return _start_query_execution


def _places(statement: str) -> Iterator[tuple[int, int]]:
    """Where the parameters are; a `?` in a text, a quoted name or a comment is none."""
    from ministack.services import athena

    for kind, text, start, end in athena._sql_tokens(statement):
        if (kind, text) == ("punct", "?"):
            yield start, end


def _complaint(parameters: list[str], places: int) -> str | None:
    if len(parameters) != places:
        return f"Incorrect number of parameters: expected {places} but found {len(parameters)}"
    for number, parameter in enumerate(parameters, start=1):
        if not 0 < len(parameter) <= MAX_PARAMETER_LENGTH:
            return f"Execution parameter {number} is not of 1 to {MAX_PARAMETER_LENGTH} characters"
        if not LITERAL.fullmatch(parameter.strip()):
            return f"Execution parameter {number} is not an SQL literal: {parameter}"
    return None


def _bound(statement: str, places: list[tuple[int, int]], parameters: list[str]) -> str:
    for (start, end), parameter in reversed(list(zip(places, parameters, strict=True))):
        # In brackets, for a minus before the place and one in it would begin a comment.
        statement = f"{statement[:start]}({parameter.strip()}){statement[end:]}"
    return statement


def _query_id(answer: Answer) -> str | None:
    status, _, body = answer
    return str(json.loads(body)["QueryExecutionId"]) if status < 400 else None


def _invalid(message: str) -> Answer:
    from ministack.core.responses import error_response_json

    answer: Answer = error_response_json("InvalidRequestException", message, 400)
    return answer
