"""The pipelines of the map that the stack is deployed with, whose ends the rule toggler is told of."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from local.chain import AUDIT, INGEST, MAIL, REPORT, Chain
from local.chained import chain
from local.deployed import Operator
from tests.e2e.support.resources import name_of

BEFORE = {"report": timedelta(minutes=20), "mail": timedelta(minutes=10)}
"""So long ago the report and the mail were to start."""


@contextmanager
def well_running(operator: Operator) -> Iterator[Chain]:
    """All pipelines have succeeded since their last start, and what ends from now on is told of."""
    now = datetime.now(UTC)
    with chain(operator, report_at=now - BEFORE["report"], mail_at=now - BEFORE["mail"]) as made:
        for pipeline in (INGEST, REPORT, MAIL, AUDIT):
            operator.finished(made.start(pipeline, "well"))
        operator.invoke("GateReconciler", {})
        rule = name_of(operator, "FollowPipelinesRule")
        operator.client("events").enable_rule(Name=rule)
        try:
            yield made
        finally:
            operator.client("events").disable_rule(Name=rule)


def fail(operator: Operator, made: Chain, pipeline: str) -> None:
    """A run of the pipeline fails."""
    made.behave(pipeline, well=False)
    operator.finished(made.start(pipeline, "bad"))
    made.behave(pipeline, well=True)


def closed_an_hour_ago(made: Chain, *pipelines: str) -> None:
    """The gates of these pipelines have been closed for an hour: their starts of today were missed."""
    for pipeline in pipelines:
        made.closed_since(pipeline, datetime.now(UTC) - timedelta(hours=1))


def a_day_passes(operator: Operator, made: Chain, pipeline: str) -> None:
    """The runs of a pipeline were yesterday's, and nothing is remembered of them."""
    for run in made.runs(pipeline):
        operator.aws.control("execution", arn=run["executionArn"], older_by_seconds=86_400)
    operator.client("dynamodb").delete_item(
        TableName=operator.output("StateTableName"),
        Key={"pk": {"S": f"pipeline#{pipeline}"}, "sk": {"S": "standing"}},
    )
