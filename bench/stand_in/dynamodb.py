"""A table that takes every write and remembers nothing: no claim of another call is ever met."""

from bench.stand_in.answer import Answer, Operations, Request


def _found_none(request: Request) -> Answer:
    return Answer({"Responses": {table: [] for table in request["RequestItems"]}, "UnprocessedKeys": {}})


OPERATIONS: Operations = {
    "GetItem": lambda _request: Answer(),
    "BatchGetItem": _found_none,
    "Query": lambda _request: Answer({"Items": [], "Count": 0, "ScannedCount": 0}),
    "PutItem": lambda _request: Answer(),
    "UpdateItem": lambda _request: Answer(),
    "TransactWriteItems": lambda _request: Answer(),
}
