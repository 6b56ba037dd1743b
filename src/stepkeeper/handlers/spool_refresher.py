"""Sends what has waited for ten days anew, so that nothing on the spool or in quarantine expires.

Called by a schedule, once a day.
"""

from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from stepkeeper import clock
from stepkeeper.domain.plan import Source
from stepkeeper.routing import Event, EventRouter
from stepkeeper.spool.errors import SpoolNotRefreshed
from stepkeeper.spool.places import Places
from stepkeeper.spool.refreshing import refresh

SOURCES: tuple[Source, ...] = ("spool", "quarantine")

PROBLEMS_SHOWN = 10
"""An error message must stay readable."""

router = EventRouter("spool_refresher")
handler = router


class Refresh(Event):
    """{}"""


@router.on(Refresh)
def refresh_all(_event: Refresh, _context: LambdaContext) -> dict[str, Any]:
    """Refreshes both queues. Raises SpoolNotRefreshed, after all was tried, where something may expire."""
    places = Places.read()
    told: dict[str, Any] = {}
    problems = []
    for source in SOURCES:
        done = refresh(places.queue_url(source), now=clock.now())
        router.metrics.add_metric(name="Refreshed", unit=MetricUnit.Count, value=done.refreshed)
        told[source] = {"refreshed": done.refreshed, "looked_at": done.looked_at}
        problems += [f"{source}: {problem}" for problem in done.problems]
    router.logger.info("refreshed", extra=told)
    if problems:
        raise SpoolNotRefreshed(f"{len(problems)} problems. {'; '.join(problems[:PROBLEMS_SHOWN])}")
    return told
