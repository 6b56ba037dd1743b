"""The calls that keep the spool in order without anybody's asking: the reconciler and the refresher."""

from datetime import UTC, datetime, timedelta

from local.deployed import Operator
from tests.e2e.support.resources import MACHINES, name_of

REFRESHED_AFTER = timedelta(days=10)
SETTLED = timedelta(minutes=3)
"""So long after a failure its event is not waited for any more."""


def make_old(operator: Operator, queue: str) -> None:
    """Makes what is in a queue of the stack now so old that it is to be sent anew."""
    name = name_of(operator, queue).rpartition("/")[2]
    seconds = (REFRESHED_AFTER + timedelta(minutes=1)).total_seconds()
    operator.aws.control("messages", queue=name, older_by_seconds=seconds)


def let_settle(operator: Operator, state_machine_arn: str) -> None:
    """Makes all runs of a pipeline so old that their events are overdue."""
    for run in operator.runs(state_machine_arn):
        operator.aws.control("execution", arn=run["executionArn"], older_by_seconds=SETTLED.total_seconds())


def reconcile(operator: Operator, state_machine_arn: str) -> list[str]:
    """The runs that a reconciliation repairs, a while after those of this pipeline have ended."""
    let_settle(operator, state_machine_arn)
    leave_the_stacks_own_out(operator)
    answer = operator.invoke("SpoolReconciler", {})
    repaired: list[str] = answer["repaired"]
    return repaired


def leave_the_stacks_own_out(operator: Operator) -> None:
    """Notes that the failures of the stack's own pipelines were compared: tests before this one made them."""
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    for machine in MACHINES:
        operator.client("dynamodb").put_item(
            TableName=operator.output("StateTableName"),
            Item={
                "pk": {"S": f"reconciled#{operator.output(machine)}"},
                "sk": {"S": "until"},
                "until": {"S": tomorrow},
            },
        )
