"""Which failure a thing in the world is about: worked out from design.md, not by the product's own rules.

A failure is (lineage, attempt), told by the name of the execution and by how often it was redriven.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any, NamedTuple

from tests.simulated.queue import Message
from tests.simulated.step_functions import Run

RESTART = re.compile(r"r([1-9][0-9]*)-([0-9a-f]{16})-(.*)", re.DOTALL)


class Key(NamedTuple):
    lineage: str
    attempt: int


@dataclass(frozen=True)
class Failed:
    """What failed. `origin` is the execution's ARN, or what stands for it: a message, a request."""

    key: Key
    origin: str
    redrive_count: int
    input: Any


def lineage_of(first: str) -> str:
    return hashlib.sha256(first.encode()).hexdigest()[:16]


def failure_of_execution(arn: str, redrive_count: int, input: str) -> Failed:
    """The failure that there is when this execution, redriven so often, has failed."""
    restart = RESTART.fullmatch(arn.rsplit(":", 1)[-1])
    if restart:
        key = Key(restart[2], int(restart[1]) + 1 + redrive_count)
    else:
        key = Key(lineage_of(arn), 1 + redrive_count)
    return Failed(key, arn, redrive_count, json.loads(input))


def failure_of_input(origin: str, input: Any) -> Failed:
    """A failure without an execution: `origin` is the id of its message, or of the request that told it."""
    return Failed(Key(lineage_of(origin), 1), origin, 0, input)


def key_of_message(message: Message) -> Key:
    """The failure that a message is about; one that is no envelope goes by the id that it had at first."""
    try:
        body = json.loads(message.body)
    except ValueError:
        body = None
    if isinstance(body, dict) and "lineage" in body and "attempt" in body:
        return Key(body["lineage"], body["attempt"])
    first = message.attributes.get("first_message_id", {}).get("StringValue")
    return Key(lineage_of(first or message.id), 1)


def answers_to(run: Run) -> Key | None:
    """The failure that this run was begun for; None where nothing had failed before."""
    restart = RESTART.fullmatch(run.name)
    if run.by == "start":
        return Key(restart[2], int(restart[1])) if restart else None
    before = failure_of_execution(run.execution.arn, run.redrive_count - 1, run.input)
    return before.key
