"""Compares the gates of the map with how its pipelines really stand, and repairs the difference.

Called by a schedule, every quarter of an hour: events can get lost, and people and deployments change gates.
"""

from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from stepkeeper import clock
from stepkeeper.pipelines.drift import Inspection
from stepkeeper.pipelines.errors import GatesNotReconciled
from stepkeeper.pipelines.place import PlaceSettings, place_of
from stepkeeper.pipelines.reconciling import Reconciliation
from stepkeeper.pipelines.schedules import Schedules
from stepkeeper.routing import Event, EventRouter

STOP_BEFORE_MS = 60_000
"""Kept back before the timeout: looking at one pipeline further takes less."""

PROBLEMS_SHOWN = 10
"""An error message must stay readable."""

router = EventRouter("gate_reconciler")
handler = router


class Reconcile(Event):
    """{}"""


@router.on(Reconcile)
def reconcile(_event: Reconcile, context: LambdaContext) -> dict[str, Any]:
    """Repairs what events did not tell of. Raises GatesNotReconciled, after all were looked at."""
    place = place_of(context.invoked_function_arn, PlaceSettings.read())
    now = clock.now()
    reconciliation = Reconciliation(
        place,
        Schedules(),
        now,
        has_time=lambda: context.get_remaining_time_in_millis() >= STOP_BEFORE_MS,
    )
    reconciliation.reconcile()
    inspection = Inspection(place, now)
    inspection.inspect()
    repaired = [change.answer for change in reconciliation.changes if change.is_news]
    told = {
        "pipelines": len(place.map.pipelines),
        "looked_at": reconciliation.looked_at,
        "settled": reconciliation.settled,
        "repaired": repaired,
        "drift": inspection.found,
        "unscheduled": sorted(reconciliation.unscheduled),
    }
    router.metrics.add_metric(name="GatesRepaired", unit=MetricUnit.Count, value=len(repaired))
    router.logger.info("reconciled", extra=told)
    problems = list(dict.fromkeys([*reconciliation.problems, *inspection.problems]))
    if problems:
        raise GatesNotReconciled(
            f"{len(problems)} problems; the others were seen to. {'; '.join(problems[:PROBLEMS_SHOWN])}"
        )
    return told
