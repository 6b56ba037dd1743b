"""Everything on the stack that a call could change."""

from dataclasses import dataclass
from typing import Any

from local.deployed import Operator
from tests.e2e.support.exports import tasks
from tests.e2e.support.gates import sample_gates
from tests.e2e.support.resources import MACHINES, QUEUES, all_runs, held, object_keys, state_items


@dataclass(frozen=True)
class World:
    """What is there at a moment; two are equal if nothing has changed in between."""

    messages: dict[str, int]
    gates: dict[str, Any]
    state: list[dict[str, Any]]
    objects: list[str]
    runs: dict[str, str]
    exports: list[str]


def look(operator: Operator) -> World:
    """The world as it is now."""
    return World(
        messages={queue: held(operator, queue) for queue in QUEUES},
        gates=sample_gates(operator).read(),
        state=state_items(operator),
        objects=object_keys(operator),
        runs={
            run["executionArn"]: run["status"] for machine in MACHINES for run in all_runs(operator, machine)
        },
        exports=[task["taskId"] for task in tasks(operator)],
    )
