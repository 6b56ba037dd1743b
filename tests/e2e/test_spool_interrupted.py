"""Wherever a handler of the spool breaks off on the deployed stack: nothing is lost, and nothing doubled."""

import json
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from local.deployed import Operator
from tests.e2e.support.envelopes import an_envelope, lineage_of
from tests.e2e.support.in_process import Handlers, handlers_here
from tests.e2e.support.pipelines import FAILS, SUCCEEDS, Pipelines, behaving
from tests.e2e.support.resources import held
from tests.e2e.support.spool import peek, put
from tests.e2e.support.upkeep import SETTLED, make_old


@pytest.fixture
def handlers(
    operator: Operator,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Iterator[Handlers]:
    with handlers_here(operator, monkeypatch, tmp_path) as here:
        yield here


def run_all(handlers: Handlers, pipeline: str) -> Counter[str]:
    """Runs what is on the spool, all of it, to its end; gives how many runs each lineage has got."""
    operator = handlers.operator
    handlers.visibility_is_over()
    handlers.call("Reprocessor", {"max": 100})
    assert held(operator, "SpoolQueueUrl") == 0
    operator.until(
        "no run goes on", lambda: "RUNNING" not in [run["status"] for run in operator.runs(pipeline)]
    )
    runs = operator.runs(pipeline)
    return Counter(run["name"].split("-")[1] for run in runs if run["name"].startswith("r1-"))


def failed_event(operator: Operator, pipeline: str) -> tuple[str, dict[str, Any]]:
    """A run that fails, by its lineage, and what EventBridge tells of it."""
    run = operator.finished(
        operator.start(pipeline, name=f"run-{uuid.uuid4().hex[:8]}", input={"key": "12345"})
    )
    detail = {name: run[name] for name in ("executionArn", "stateMachineArn", "name", "status", "error")}
    times = {name: int(run[name].timestamp() * 1000) for name in ("startDate", "stopDate")}
    return lineage_of(run), {
        "source": "aws.states",
        "detail-type": "Step Functions Execution Status Change",
        "detail": detail | times | {"input": json.dumps(run["input"]), "redriveCount": 0},
    }


def forget_reconciled(operator: Operator, pipeline: str) -> None:
    """As if the pipeline had never been compared: that takes the most calls."""
    operator.client("dynamodb").delete_item(
        TableName=operator.output("StateTableName"),
        Key={"pk": {"S": f"reconciled#{pipeline}"}, "sk": {"S": "until"}},
    )


def test_the_error_spooler_broken_off_anywhere(
    operator: Operator, untouched: Pipelines, handlers: Handlers, visited: Callable[..., None]
) -> None:
    pipeline = untouched.make("orders", FAILS)
    told: list[tuple[str, dict[str, Any]]] = [failed_event(operator, pipeline)]

    for break_off in handlers.each_point(lambda: handlers.call("ErrorSpooler", told[-1][1])):
        told.append(failed_event(operator, pipeline))
        break_off()
        handlers.call("ErrorSpooler", told[-1][1])  # as Lambda does

    with behaving(operator, pipeline, SUCCEEDS):
        assert run_all(handlers, pipeline) == {lineage: 1 for lineage, _ in told}
    visited(points=handlers.points)
    assert handlers.points >= 12


def test_the_reprocessor_broken_off_anywhere(
    operator: Operator, untouched: Pipelines, handlers: Handlers, visited: Callable[..., None]
) -> None:
    pipeline = untouched.make("orders", SUCCEEDS)
    lineages = []

    def fill() -> None:
        twice, once = an_envelope(pipeline), an_envelope(pipeline)
        for body in (twice, twice, once, f"no envelope {len(lineages)}"):
            put(operator, "SpoolQueueUrl", body)
        lineages.extend([twice["lineage"], once["lineage"]])

    fill()
    for break_off in handlers.each_point(lambda: handlers.call("Reprocessor", {"max": 4})):
        handlers.visibility_is_over()
        fill()
        break_off()
        handlers.visibility_is_over()

    assert run_all(handlers, pipeline) == dict.fromkeys(lineages, 1)
    visited(points=handlers.points)
    assert handlers.points >= 30


def test_the_reconciler_broken_off_anywhere(
    operator: Operator, untouched: Pipelines, handlers: Handlers, visited: Callable[..., None]
) -> None:
    pipeline = untouched.make("orders", FAILS)
    handlers.variables["SPOOL_MACHINES"] = untouched.name("orders")
    lineages = []

    def fail() -> None:
        lineage, event = failed_event(operator, pipeline)
        lineages.append(lineage)
        run = event["detail"]["executionArn"]
        operator.aws.control("execution", arn=run, older_by_seconds=SETTLED.total_seconds())
        forget_reconciled(operator, pipeline)

    fail()
    for break_off in handlers.each_point(lambda: handlers.call("SpoolReconciler", {})):
        fail()
        break_off()
        handlers.call("SpoolReconciler", {})  # as its schedule does

    with behaving(operator, pipeline, SUCCEEDS):
        assert run_all(handlers, pipeline) == dict.fromkeys(lineages, 1)
    visited(points=handlers.points)
    assert handlers.points >= 30


def test_the_refresher_broken_off_anywhere(
    operator: Operator, handlers: Handlers, visited: Callable[..., None]
) -> None:
    """But at most of the ten ReceiveMessage that it sends at a time."""

    def fill() -> list[str]:
        for queue in ("SpoolQueue", "QuarantineQueue"):
            operator.client("sqs").purge_queue(QueueUrl=operator.output(f"{queue}Url"))
        old, young = f"old {handlers.points}", f"young {handlers.points}"
        put(operator, "SpoolQueueUrl", old)
        make_old(operator, "SpoolQueue")
        put(operator, "SpoolQueueUrl", young)
        return [old, young]

    fill()
    for break_off in handlers.each_point(
        lambda: handlers.call("SpoolRefresher", {}), among=lambda name: name != "sqs:ReceiveMessage"
    ):
        old, young = fill()
        break_off()
        handlers.visibility_is_over()
        handlers.call("SpoolRefresher", {})

        waiting = Counter(message.body for message in peek(operator, "SpoolQueueUrl"))
        assert waiting[old] in (1, 2)  # twice where it broke off after it was sent anew
        assert waiting[young] == 1

    visited(points=handlers.points)
    assert handlers.points >= 9
