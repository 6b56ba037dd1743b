"""Checks whether a pipeline's latest run succeeded in time, and tells people when it did not.

Called by a schedule or rule at the time by which the run has to have succeeded.
"""

from datetime import timedelta
from typing import Annotated, Any, Self

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import Field, model_validator

from stepkeeper import clock
from stepkeeper.aws import dynamodb, sns, step_functions
from stepkeeper.aws.clients import client
from stepkeeper.domain.alert import write_alert
from stepkeeper.domain.arn import STATE_MACHINE_ARN
from stepkeeper.domain.execution import latest
from stepkeeper.domain.execution_watchdog import TOLD_ONCE_FOR, incident_of, judge, told_recently
from stepkeeper.fields import Duration, Moment
from stepkeeper.routing import Event, EventRouter
from stepkeeper.settings import Settings

LONGEST_RUN = timedelta(days=365)
"""No execution lasts longer (Step Functions quotas)."""

router = EventRouter("execution_watchdog")
handler = router


class ExecutionWatchdogSettings(Settings):
    alert_topic_arn: str = Field(pattern=r"^arn:[^:]+:sns:")
    state_table: str = Field(min_length=3)


class DeadlineCheck(Event):
    """{"SFN_ARN": "<state machine ARN>", "since"?: "2026-11-21T18:00:00+09:00", "within"?: "PT24H"}"""

    SFN_ARN: str = Field(pattern=STATE_MACHINE_ARN)
    since: Moment | None = None
    within: Annotated[Duration, Field(gt=timedelta(0), le=LONGEST_RUN)] | None = None

    @model_validator(mode="after")
    def _one_start(self) -> Self:
        if self.since and self.within:
            raise ValueError("give 'since' or 'within', not both")
        return self

    @property
    def correlation_id(self) -> str:
        return self.SFN_ARN


@router.on(DeadlineCheck)
def check(event: DeadlineCheck, _context: LambdaContext) -> dict[str, Any]:
    """Judges the latest run and tells of anything but a success, of the same incident once."""
    settings = ExecutionWatchdogSettings.read()
    now = clock.now()
    since = now - event.within if event.within else event.since
    executions = client("stepfunctions")
    step_functions.check_watchable(executions, event.SFN_ARN)
    run = latest(step_functions.list_executions(executions, event.SFN_ARN), since=since)

    judgement = judge(run, since=since, now=now)
    alerted = False
    if judgement.verdict != "succeeded":
        incident = incident_of(event.SFN_ARN, judgement, run, question=f"{event.since} {event.within}")
        state_table = client("dynamodb")
        told_at = dynamodb.read_told_at(state_table, settings.state_table, incident)
        if not told_recently(told_at, now=now):
            failure = step_functions.describe_failure(executions, run.arn) if run else None
            alert = write_alert(event.SFN_ARN, judgement, run, failure)
            sns.publish(client("sns"), settings.alert_topic_arn, alert)
            # Only now: told twice is a nuisance, marked as told and never told is a missed deadline.
            dynamodb.write_told_at(
                state_table, settings.state_table, incident, told_at=now, keep_for=TOLD_ONCE_FOR
            )
            alerted = True
    router.metrics.add_metric(name="Alerts", unit=MetricUnit.Count, value=int(alerted))
    router.logger.info("verdict", extra={"verdict": judgement.verdict, "alerted": alerted})
    return {
        "SFN_ARN": event.SFN_ARN,
        "verdict": judgement.verdict,
        "reason": judgement.reason,
        "execution_arn": run.arn if run else None,
        "alerted": alerted,
    }
