"""Loads of one test: starting them, and what became of them in the state table, in BigQuery and in Slack."""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from local.bigquery import BigQuery
from local.deployed import Operator
from local.loads import SQL_BUCKET, deliver, make_tables
from local.slack import Slack
from tests.e2e.support.order import TOKYO
from tests.e2e.support.resources import name_of, state_items

CHANNELS = {"progress": "#batch", "waiting": "#batch", "missing": "#data", "failed": "#oncall"}
SCHEDULED_TIME = "<aws.scheduler.scheduled-time>"
WAITING, LOADING = "Wait for the data", "Wait for the load"
"""States in which a run rests."""

STARTED_BY_US = "stepkeeper-"
INSERTS = "/jobs"


@dataclass(frozen=True)
class Loads:
    """Runs of load_when_ready under a name that no other test uses, due next Thursday at half past nine."""

    operator: Operator
    bigquery: BigQuery
    slack: Slack
    name: str
    due: datetime
    calls_before: int

    @property
    def machine(self) -> str:
        return self.operator.output("LoadWhenReadyArn")

    @property
    def monday(self) -> date:
        return self.due.date() - timedelta(days=self.due.weekday())

    @property
    def week(self) -> str:
        return f"{self.due:%G-W%V}"

    @property
    def key(self) -> str:
        return f"{self.name}/{self.week}"

    def input(self, **changes: object) -> dict[str, Any]:
        """What the deployed schedule starts its run with, under our name."""
        schedule = self.operator.client("scheduler").get_schedule(Name=name_of(self.operator, "LoadStart"))
        text = schedule["Target"]["Input"].replace(SCHEDULED_TIME, self.due.isoformat())
        return dict(json.loads(text)) | {"load": self.name, "channels": CHANNELS, **changes}

    def start(self, **changes: object) -> str:
        """Starts a run with the schedule's input and these changes; gives its ARN."""
        name = f"{self.name}-{uuid.uuid4().hex[:8]}"
        return self.operator.start(self.machine, name=name, input=self.input(**changes))

    def run(self, **changes: object) -> dict[str, Any]:
        """The same, and describes the run when it has ended."""
        return self.operator.finished(self.start(**changes))

    def running(self) -> set[str]:
        """The ARNs of the runs that go on."""
        pages = self.operator.client("stepfunctions").get_paginator("list_executions")
        return {
            run["executionArn"]
            for page in pages.paginate(stateMachineArn=self.machine, statusFilter="RUNNING")
            for run in page["executions"]
        }

    def abort(self, execution_arn: str) -> None:
        """Stops a run, as a person does."""
        self.operator.client("stepfunctions").stop_execution(executionArn=execution_arn)
        self.operator.finished(execution_arn)

    def deliver(self, rows: int) -> None:
        """The data of the week comes."""
        deliver(self.bigquery, week=self.monday, rows=rows)

    def put_sql(self, key: str, sql: str) -> str:
        """Puts SQL where the query runner looks for it; gives its key."""
        put_sql(self.operator, key, sql)
        return key

    def entered(self, execution_arn: str, state: str) -> int:
        """How often a run has come to a state."""
        events = self.operator.history(execution_arn)
        return [event.get("stateEnteredEventDetails", {}).get("name") for event in events].count(state)

    def until_in(self, execution_arn: str, state: str, *, times: int = 1) -> None:
        """Waits until a run has come to a state so many times."""
        self.operator.until(f"it comes to {state}", lambda: self.entered(execution_arn, state) >= times)

    def claim(self) -> dict[str, Any]:
        """What the state table holds of the claim on our week."""
        return {
            name: next(iter(value.values()))
            for item in state_items(self.operator)
            if item["pk"]["S"] == f"load#{self.key}"
            for name, value in item.items()
        }

    def told(self, words: str = "") -> list[tuple[str, str]]:
        """Channel and text of the notices about our load that have these words in them, oldest first."""
        texts = [(message.channel, message.payload["text"]) for message in self.slack.messages]
        return [(channel, text) for channel, text in texts if f"*{self.name}" in text and words in text]

    def until_told(self, words: str, *, times: int = 1) -> list[tuple[str, str]]:
        """Waits until so many notices came that have these words in them."""
        self.operator.until(f"{words!r} is told", lambda: len(self.told(words)) >= times)
        return self.told(words)

    def inserts(self) -> list[tuple[str, int | None]]:
        """The job's id and the answer's status of each insert of the query runner since the test began."""
        return [
            (call.job_id, call.status)
            for call in self.bigquery.calls()[self.calls_before :]
            if call.method == "POST" and call.path.endswith(INSERTS)
            if call.job_id and call.job_id.startswith(STARTED_BY_US)
        ]

    def loading_jobs(self) -> set[str]:
        """The ids of those of these jobs that are no checks."""
        client, jobs = self.bigquery.client(), {job for job, _ in self.inserts()}
        return {job for job in jobs if client.get_job(job).statement_type == "INSERT"}


@contextmanager
def loads(operator: Operator, bigquery: BigQuery, slack: Slack) -> Iterator[Loads]:
    """Loads to and from empty tables; those that still run are stopped at the end."""
    make_tables(bigquery)
    bigquery.control("jobs", seconds=0)
    bigquery.control("faults", next=[])
    operator.client("events").enable_rule(Name=name_of(operator, "LoadEndedRule"))
    name, calls = f"sales-{uuid.uuid4().hex[:8]}", len(bigquery.calls())
    made = Loads(operator, bigquery, slack, name, _next_thursday(), calls)
    try:
        yield made
    finally:
        for run in made.running():
            made.abort(run)


def put_sql(operator: Operator, key: str, sql: str) -> None:
    """Puts SQL where the query runner looks for it."""
    operator.client("s3").put_object(Bucket=SQL_BUCKET, Key=key, Body=sql)


def _next_thursday() -> datetime:
    today = datetime.now(TOKYO).date()
    return datetime.combine(today + timedelta(days=(3 - today.weekday()) % 7 or 7), time(9, 30), TOKYO)
