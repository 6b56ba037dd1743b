"""Shows what is on the spool, and runs it again, a few at a time.

Called by a person, by a schedule, and by drain_spool. A message is deleted only after its run is known to
have been started.
"""

import secrets
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import Field

from stepkeeper import clock
from stepkeeper.aws import outages, sqs
from stepkeeper.aws.clients import client
from stepkeeper.domain.outcome import Kind
from stepkeeper.domain.spooled_run import dump, why_too_large
from stepkeeper.errors import AwsUnavailable, ReprocessingFailed
from stepkeeper.routing import EventRouter
from stepkeeper.settings import OptionalText
from stepkeeper.spool import planning, single
from stepkeeper.spool.drain import Drain
from stepkeeper.spool.errors import InvalidInput
from stepkeeper.spool.looking import look_at
from stepkeeper.spool.looking_back import look_back
from stepkeeper.spool.orders import Orders
from stepkeeper.spool.places import Places
from stepkeeper.spool.planning import read_plan
from stepkeeper.spool.watch import Watch
from stepkeeper.spool_requests import MOST_RUNNING, Drop, Edit, Look, LookBack, MakePlan, Run

REASONS_SHOWN = 10
"""An error message must stay readable, however many runs could not be started."""

METRICS: dict[str, Kind] = {"Restarted": "started", "Redriven": "redriven", "Quarantined": "quarantined"}

router = EventRouter("reprocessor")
handler = router


class ReprocessorSettings(Places):
    alert_topic_arn: str = Field(pattern=r"^arn:[^:]+:sns:")
    default_state_machine_arn: OptionalText
    max_reprocess: int = Field(ge=1)
    max_attempts: int = Field(ge=1)
    max_running: int = Field(ge=1, le=MOST_RUNNING)
    start_rate: int = Field(ge=1)


@router.on(Run)
def run(event: Run, context: LambdaContext) -> dict[str, Any]:
    """Starts up to `max` runs. Raises ReprocessingFailed where one could not be for no fault of its own."""
    settings = ReprocessorSettings.read()
    orders = Orders(
        places=settings,
        at_most=event.max or settings.max_reprocess,
        rate=event.rate or settings.start_rate,
        max_attempts=settings.max_attempts,
        default_state_machine_arn=settings.default_state_machine_arn,
        plan=read_plan(settings.state_table, event.plan, now=clock.now()) if event.plan else None,
        began=clock.now(),
        remaining_ms=context.get_remaining_time_in_millis,
    )
    trusted = None if event.trusted is None else frozenset(event.trusted)
    max_running = event.max_running or settings.max_running
    watch = Watch(settings.state_table, settings.alert_topic_arn, max_running, trusted)
    drain = Drain(orders, watch)
    try:
        with outages.named(AwsUnavailable, "not all runs were seen to"):
            stopped = drain.run()
    finally:
        for metric, kind in METRICS.items():
            router.metrics.add_metric(name=metric, unit=MetricUnit.Count, value=drain.tally[kind])
        router.logger.info("run", extra={"tally": drain.tally, "reasons": drain.reasons})
    begun = drain.tally["started"] + drain.tally["redriven"]
    if drain.broken:
        raise ReprocessingFailed(
            f"{len(drain.broken)} runs could not be started, and stay on the spool; {begun} were "
            f"started. {'; '.join(drain.broken[:REASONS_SHOWN])}"
        )
    answer: dict[str, Any] = {
        "success": begun,
        "duplicates": drain.tally["duplicate"],
        "quarantined": drain.tally["quarantined"],
        "left": sqs.count(client("sqs"), orders.queue_url),
        "stopped_because": stopped,
    }
    return answer | ({"watched": watch.told()} if event.trusted is not None else {})


@router.on(MakePlan)
def make_plan(event: MakePlan, _context: LambdaContext) -> dict[str, Any]:
    """Groups what waits by state machine, error and verdict. Nothing is run, and nothing taken away."""
    settings = ReprocessorSettings.read()
    return planning.make_plan(
        settings,
        secrets.token_hex(4),
        event.source,
        event.filters,
        override=event.override,
        default_state_machine_arn=settings.default_state_machine_arn,
        max_attempts=settings.max_attempts,
        now=clock.now(),
    )


@router.on(Look)
def look(event: Look, _context: LambdaContext) -> dict[str, Any]:
    """Says how the first runs go, and stops the state machines whose runs fail again."""
    settings = ReprocessorSettings.read()
    watched = [each.run() for each in event.watched]
    with outages.named(AwsUnavailable, "the first runs could not be looked at"):
        return look_at(
            settings.state_table,
            settings.alert_topic_arn,
            watched,
            trusted=event.trusted,
            patient=event.patient,
            now=clock.now(),
        )


@router.on(Edit)
def edit(event: Edit, _context: LambdaContext) -> dict[str, Any]:
    """Gives a run that waits another input."""
    settings, text = ReprocessorSettings.read(), dump(event.input)
    if too_large := why_too_large(len(text.encode())):
        raise InvalidInput(f"Nothing was edited: {too_large}.")
    desk = single.Desk(settings, settings.default_state_machine_arn, clock.now())
    found = desk.edit(event.lineage, text, reason=event.reason)
    router.logger.info("edited", extra={"lineage": event.lineage, "reason": event.reason})
    return {"lineage": event.lineage, "attempt": found.run.key.attempt, "was_in": found.source}


@router.on(Drop)
def drop(event: Drop, _context: LambdaContext) -> dict[str, Any]:
    """Drops a run that waits."""
    settings = ReprocessorSettings.read()
    desk = single.Desk(settings, settings.default_state_machine_arn, clock.now())
    found = desk.drop(event.lineage, reason=event.reason)
    router.logger.info("dropped", extra={"lineage": event.lineage, "reason": event.reason})
    return {"lineage": event.lineage, "attempt": found.run.key.attempt, "was_in": found.source}


@router.on(LookBack)
def history(event: LookBack, _context: LambdaContext) -> dict[str, Any]:
    """Tells what became of a lineage."""
    return look_back(ReprocessorSettings.read().state_table, event.lineage)
