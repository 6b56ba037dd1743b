"""Compares what has failed with what was spooled, and repairs the difference: events can get lost.

Called by a schedule, every quarter of an hour.
"""

from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import Field

from stepkeeper import clock
from stepkeeper.aws import reconciled, step_functions
from stepkeeper.aws.clients import client
from stepkeeper.domain.error_spooler import choose
from stepkeeper.domain.spool_reconciler import MOST_CALLS, order_comparisons
from stepkeeper.routing import Event, EventRouter
from stepkeeper.settings import Names
from stepkeeper.spool.errors import SpoolNotReconciled
from stepkeeper.spool.places import Places
from stepkeeper.spool.reconciling import Reconciliation

STOP_BEFORE_MS = 60_000
"""Kept back before the timeout: comparing one state machine further takes less."""

PROBLEMS_SHOWN = 10
"""An error message must stay readable."""

router = EventRouter("spool_reconciler")
handler = router


class SpoolReconcilerSettings(Places):
    max_attempts: int = Field(ge=1)
    spool_machines: Names
    never_spooled: Names


class Reconcile(Event):
    """{}"""


@router.on(Reconcile)
def reconcile(_event: Reconcile, context: LambdaContext) -> dict[str, Any]:
    """Spools the failures that no event has told of. Raises SpoolNotReconciled, after all were tried."""
    settings = SpoolReconcilerSettings.read()
    chosen = [
        arn
        for name, arn in step_functions.list_state_machines(client("stepfunctions"))
        if choose(name, patterns=settings.spool_machines, never=settings.never_spooled).chosen
    ]
    until = reconciled.read_reconciled_until(client("dynamodb"), settings.state_table, chosen)
    comparisons = order_comparisons(chosen, until, now=clock.now())

    def has_time() -> bool:
        return context.get_remaining_time_in_millis() >= STOP_BEFORE_MS

    reconciliation = Reconciliation(settings, settings.max_attempts, calls_left=MOST_CALLS, has_time=has_time)
    for comparison in comparisons:
        if not reconciliation.calls_left or not has_time():
            break
        reconciliation.compare(comparison, now=clock.now())
    told = {
        "machines": len(comparisons),
        "compared": reconciliation.compared,
        "repaired": reconciliation.repaired,
    }
    router.metrics.add_metric(name="Repaired", unit=MetricUnit.Count, value=len(reconciliation.repaired))
    router.logger.info("reconciled", extra=told)
    problems = [*reconciliation.gaps, *reconciliation.problems]
    if problems:
        raise SpoolNotReconciled(f"{len(problems)} problems. {'; '.join(problems[:PROBLEMS_SHOWN])}")
    return told
