"""Queries as people and load_when_ready ask for them, and the SQL that they name."""

import copy
import json
from typing import Any

from tests.handlers.samples import EVENTS
from tests.memory import Stack
from tests.template import REGION

BUCKET = "stepkeeper-sql"


def sample(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return event


RUN, CHECK, START = (sample(f"query_runner{part}") for part in ("", "_check", "_start"))


def looking_at(started: dict[str, Any]) -> dict[str, Any]:
    """The event that looks at what `start` answered."""
    return {"action": "status", **started}


def changed(event: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The event with other fields; a field that is None goes."""
    together = copy.deepcopy(event) | changes
    return {name: value for name, value in together.items() if value is not None}


def put_sql(stack: Stack, **texts: str) -> None:
    """`put_sql(stack, sales_arrived="SELECT 1")` puts it where the sample events look for it."""
    storage = stack.aws.client("s3")
    storage.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    for name, text in texts.items():
        storage.put_object(Bucket=BUCKET, Key=f"athena/{name}.sql", Body=text.encode())
