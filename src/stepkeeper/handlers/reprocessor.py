"""Runs spooled executions again, a few at a time.

Called by a person, or by a schedule. A message is deleted only after its run is known to have been started.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError
from pydantic import Field, StrictInt

from stepkeeper import clock
from stepkeeper.aws import sqs, step_functions
from stepkeeper.aws.clients import client
from stepkeeper.domain.outcome import Outcome, StopReason, outcome_of_refusal, why_stop
from stepkeeper.domain.reprocessor import Leave, Quarantine, decide
from stepkeeper.errors import ReprocessingFailed
from stepkeeper.routing import Event, EventRouter
from stepkeeper.settings import OptionalText, Settings

CONCURRENT_STARTS = 10
"""One batch at once: as many as boto3 keeps connections for."""

REASONS_SHOWN = 10
"""An error message must stay readable, however many runs could not be started."""

router = EventRouter("reprocessor")
handler = router


class ReprocessorSettings(Settings):
    spool_queue_url: str = Field(pattern=r"^https?://")
    quarantine_queue_url: str = Field(pattern=r"^https?://")
    max_reprocess: int = Field(ge=1)
    default_state_machine_arn: OptionalText


class Reprocess(Event):
    """{"max"?: 10}"""

    max: StrictInt | None = Field(default=None, ge=1)


@router.on(Reprocess)
def reprocess(event: Reprocess, context: LambdaContext) -> dict[str, Any]:
    """Starts up to `max` runs. Raises ReprocessingFailed where one could not be for no fault of its own."""
    settings = ReprocessorSettings.read()
    client("stepfunctions")  # made here, since boto3 makes no two clients at a time safely
    began = clock.now()
    at_most = event.max or settings.max_reprocess
    tally: Counter[str] = Counter()
    broken: list[str] = []
    stopped: StopReason | None = None
    try:
        with ThreadPoolExecutor(max_workers=CONCURRENT_STARTS) as pool:
            while stopped is None:
                left = at_most - tally["started"] - len(broken)
                outcomes = run_batch(settings, pool, at_most=left, began=began)
                tally.update(outcome.kind for outcome in outcomes)
                broken += [outcome.reason for outcome in outcomes if outcome.kind == "broken"]
                stopped = why_stop(
                    outcomes,
                    tried=tally["started"] + len(broken),
                    at_most=at_most,
                    remaining_ms=context.get_remaining_time_in_millis(),
                )
    finally:
        router.metrics.add_metric(name="Restarted", unit=MetricUnit.Count, value=tally["started"])
        router.metrics.add_metric(name="Quarantined", unit=MetricUnit.Count, value=tally["quarantined"])
    if broken:
        raise ReprocessingFailed(
            f"{len(broken)} runs could not be started, and stay on the spool; {tally['started']} were "
            f"started. {'; '.join(broken[:REASONS_SHOWN])}"
        )
    return {
        "success": tally["started"],
        "duplicates": tally["duplicate"],
        "quarantined": tally["quarantined"],
        "left": sqs.count(client("sqs"), settings.spool_queue_url),
        "stopped_because": stopped,
    }


def run_batch(
    settings: ReprocessorSettings, pool: ThreadPoolExecutor, *, at_most: int, began: datetime
) -> list[Outcome]:
    """Receives a batch, starts its runs, and deletes what was settled."""
    messages = sqs.receive(client("sqs"), settings.spool_queue_url, at_most=at_most)
    outcomes = list(pool.map(partial(run_again, settings, began), messages))
    settled = [message for message, outcome in zip(messages, outcomes, strict=True) if outcome.settled]
    sqs.delete(client("sqs"), settings.spool_queue_url, settled)
    return outcomes


def run_again(settings: ReprocessorSettings, began: datetime, message: sqs.Message) -> Outcome:
    """Starts the run of one message, or puts it into quarantine; what can't be settled is said, not raised.

    The other messages of the batch have been started at the same time, and have to be deleted first.
    """
    decision = decide(
        message.body,
        message_id=message.id,
        default_state_machine_arn=settings.default_state_machine_arn,
        began=began,
    )
    if isinstance(decision, Leave):
        return Outcome("failing", decision.reason)
    try:
        if isinstance(decision, Quarantine):
            return quarantine(settings, message, decision.reason)
        try:
            step_functions.start_execution(
                client("stepfunctions"),
                state_machine_arn=decision.state_machine_arn,
                name=decision.name,
                input=decision.input,
            )
        except ClientError as error:
            outcome = outcome_of_refusal(error.response["Error"]["Code"], str(error))
            return quarantine(settings, message, str(error)) if outcome.kind == "never" else outcome
    except (ClientError, BotoCoreError) as error:
        return Outcome("broken", f"message {message.id}: {error}")
    router.logger.info("started", extra={"execution": decision.name})
    return Outcome("started", decision.name)


def quarantine(settings: ReprocessorSettings, message: sqs.Message, reason: str) -> Outcome:
    """Sends the message on to the quarantine, as it is, with the reason beside it."""
    attributes = {
        "reason": reason[:1024],
        "spool_message_id": message.id,
        "quarantined_at": clock.now().isoformat(timespec="seconds"),
    }
    sqs.send(client("sqs"), settings.quarantine_queue_url, message.body, attributes)
    router.logger.warning("quarantined", extra=attributes)
    return Outcome("quarantined", reason)
