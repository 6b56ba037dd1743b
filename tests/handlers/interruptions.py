"""What the reprocessor is asked to do while it is broken off, and what must hold after that."""

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

from stepkeeper.domain.envelope import Envelope
from stepkeeper.domain.error_spooler import failure_key_of
from stepkeeper.domain.failure import FailureKey
from stepkeeper.domain.lineage import parse_rerun_name
from tests.handlers.failing import Failing

NOT_JSON = "key=12345"

Event = dict[str, Any]


def restart(failing: Failing) -> Event:
    for name in ("one", "two"):
        failing.fail(name, state_type="Fail")
    failing.put(NOT_JSON)
    return {"max": 3}


def redrive(failing: Failing) -> Event:
    failing.fail("one")
    failing.fail("two", state_type="Fail")
    return {"plan": failing.plan()}


def redrive_in_vain(failing: Failing) -> Event:
    """The execution has run for a year, and Step Functions redrives it no more."""
    failing.fail("one")
    plan = failing.plan()
    execution = failing.world.step_functions.runs[0].execution
    execution.started_at = execution.started_at.replace(year=2025)
    return {"plan": plan}


def out_of_quarantine(failing: Failing) -> Event:
    failing.simulation.template.overrides["MaxAttempts"] = "1"
    failing.fail("one")
    failing.simulation.template.overrides["MaxAttempts"] = "3"
    return {"plan": failing.plan(override="restart", **{"from": "quarantine"})}


def plan(failing: Failing) -> Event:
    failing.fail("one")
    return {"action": "plan"}


SCENARIOS: tuple[Callable[[Failing], Event], ...] = (
    restart,
    redrive,
    redrive_in_vain,
    out_of_quarantine,
    plan,
)


def points(calls: list[str]) -> list[int]:
    """The calls to break off at: of several that are the same, the first."""
    return [number for number, call in enumerate(calls) if number == 0 or calls[number - 1] != call]


def answered(failing: Failing) -> Counter[FailureKey]:
    """Which failures were run again, and how often."""
    keys = []
    for run in failing.reruns:
        rerun = parse_rerun_name(run.name)
        if run.by == "redrive":
            keys.append(failure_key_of(run.execution.arn, redrive_count=run.redrive_count - 1))
        elif rerun:
            keys.append(FailureKey(rerun.lineage, rerun.attempt))
    return Counter(keys)


def waiting(failing: Failing) -> list[FailureKey]:
    """Which failures are on the spool or in quarantine."""
    bodies = [*failing.world.spool.bodies, *failing.world.quarantine.bodies]
    return [Envelope.model_validate(json.loads(body)).key for body in bodies if body != NOT_JSON]


def check(failing: Failing, failures: set[FailureKey], where: str) -> None:
    """Promises 1 and 2: each failure is still there or was run again, and none was run twice."""
    runs = answered(failing)
    lost = failures - set(waiting(failing)) - set(runs)
    assert not lost, f"{where}: lost"
    assert not [key for key, count in runs.items() if count > 1], f"{where}: run twice"
