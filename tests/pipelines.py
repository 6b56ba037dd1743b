"""Pipelines and their runs in memory: moto starts them, and the tests say how they went."""

from datetime import datetime
from typing import Any

from moto.stepfunctions.models import Execution, stepfunctions_backends

from tests.conftest import Aws
from tests.template import ACCOUNT, REGION

ROLE = f"arn:aws:iam::{ACCOUNT}:role/runs-pipelines"
DEFINITION = '{"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 1, "End": true}}}'


def make_pipeline(aws: Aws, name: str = "nightly-orders", *, type: str = "STANDARD") -> str:
    """Makes a state machine and gives its ARN."""
    made: dict[str, Any] = aws.client("stepfunctions").create_state_machine(
        name=name, definition=DEFINITION, roleArn=ROLE, type=type
    )
    return str(made["stateMachineArn"])


def make_run(
    aws: Aws,
    state_machine_arn: str,
    name: str,
    status: str,
    *,
    started: datetime,
    stopped: datetime | None = None,
    error: str | None = None,
    cause: str | None = None,
) -> str:
    """Starts a run and gives its ARN; its times and how it ended, which no call sets, are put into moto."""
    arn = aws.client("stepfunctions").start_execution(
        stateMachineArn=state_machine_arn, name=name, input="{}"
    )["executionArn"]
    run = _in_moto(arn)
    run.status, run.start_date, run.stop_date = status, started, stopped
    run.error, run.cause = error, cause
    return str(arn)


def ended(run_arn: str, stopped: datetime) -> None:
    """Lets a run have ended at another time, as one does that was redriven and ended the same way again."""
    _in_moto(run_arn).stop_date = stopped


def _in_moto(run_arn: str) -> Execution:
    run: Execution = stepfunctions_backends[ACCOUNT][REGION].describe_execution(run_arn)
    return run
