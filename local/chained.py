"""Makes the pipelines of chain.toml and their gates on an embedded AWS, and deletes them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from local.chain import AUDIT, GATES, INGEST, MAIL, REPORT, Chain, definition
from local.deployed import Operator

ROLE = "chain"
ONCE_A_YEAR = "cron(0 0 1 1 ? *)"


@contextmanager
def chain(
    operator: Operator, *, report_at: datetime, mail_at: datetime, ingest_at: datetime | None = None
) -> Iterator[Chain]:
    """The pipelines and their gates; they are deleted at the end."""
    try:
        yield make_chain(operator, report_at=report_at, mail_at=mail_at, ingest_at=ingest_at)
    finally:
        _delete(operator)


def make_chain(
    operator: Operator, *, report_at: datetime, mail_at: datetime, ingest_at: datetime | None = None
) -> Chain:
    """Makes the pipelines and their gates.

    The report and the audit start each day at the minute of `report_at`, the mail at that of `mail_at`, both
    in UTC; so does the ingest, or it starts once a year.
    """
    made = Chain(operator)
    _make_role(operator)
    for pipeline in GATES:
        _make_machine(operator, pipeline)
    schedules = {INGEST: _daily(ingest_at) if ingest_at else ONCE_A_YEAR, MAIL: _daily(mail_at)}
    for pipeline, expression in schedules.items():
        operator.client("scheduler").create_schedule(
            Name=GATES[pipeline].rpartition("/")[2],
            Description=f"Starts {pipeline}",
            ScheduleExpression=expression,
            ScheduleExpressionTimezone="UTC",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={
                "Arn": made.arn(pipeline),
                "RoleArn": _role(operator),
                "Input": json.dumps({"by": "schedule", "at": "<aws.scheduler.scheduled-time>"}),
                "RetryPolicy": {"MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": 3600},
            },
        )
    for pipeline in (REPORT, AUDIT):
        name = GATES[pipeline].rpartition("/")[2]
        events = operator.client("events")
        events.put_rule(Name=name, Description=f"Starts {pipeline}", ScheduleExpression=_daily(report_at))
        target = {"Id": "one", "Arn": made.arn(pipeline), "RoleArn": _role(operator)}
        events.put_targets(Rule=name, Targets=[{**target, "Input": '{"by": "rule"}'}])
    return made


def _daily(moment: datetime) -> str:
    return f"cron({moment.minute} {moment.hour} * * ? *)"


def _make_machine(operator: Operator, pipeline: str) -> None:
    operator.client("stepfunctions").create_state_machine(
        name=pipeline, definition=definition(well=True), roleArn=_role(operator)
    )


def _make_role(operator: Operator) -> None:
    services = ["states.amazonaws.com", "scheduler.amazonaws.com", "events.amazonaws.com"]
    trust = {"Effect": "Allow", "Principal": {"Service": services}, "Action": "sts:AssumeRole"}
    operator.client("iam").create_role(
        RoleName=ROLE, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    )


def _role(operator: Operator) -> str:
    return f"arn:aws:iam::{operator.aws.account}:role/{ROLE}"


def _delete(operator: Operator) -> None:
    made = Chain(operator)
    for pipeline, gate in GATES.items():
        name = gate.rpartition("/")[2]
        if gate.startswith("rule/"):
            operator.client("events").remove_targets(Rule=name, Ids=["one"])
            operator.client("events").delete_rule(Name=name)
        else:
            operator.client("scheduler").delete_schedule(Name=name)
        operator.client("stepfunctions").delete_state_machine(stateMachineArn=made.arn(pipeline))
    operator.client("iam").delete_role(RoleName=ROLE)
