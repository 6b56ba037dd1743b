"""Tells people of pipelines that did not succeed in time.

Called every minute to judge the deadlines of the map that came due, and by a schedule or rule at the time
by which the latest run of one state machine has to have succeeded.
"""

from datetime import timedelta
from typing import Annotated, Any, Self

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import Field, model_validator

from stepkeeper import clock, heartbeat
from stepkeeper.aws import secrets, sns, step_functions, told_alerts
from stepkeeper.aws.clients import client
from stepkeeper.deadlines.errors import DeadlinesNotJudged
from stepkeeper.deadlines.tick import alone, judge_deadlines
from stepkeeper.domain.alert import write_alert
from stepkeeper.domain.arn import STATE_MACHINE_ARN
from stepkeeper.domain.execution import latest
from stepkeeper.domain.execution_watchdog import TOLD_ONCE_FOR, incident_of, judge, told_recently
from stepkeeper.fields import Duration, Moment
from stepkeeper.pipelines.place import PlaceSettings, place_of
from stepkeeper.pipelines.schedules import Schedules
from stepkeeper.routing import Event, EventRouter
from stepkeeper.settings import OptionalText

LONGEST_RUN = timedelta(days=365)
"""No execution lasts longer (Step Functions quotas)."""

PROBLEMS_SHOWN = 10
"""An error message must stay readable."""

router = EventRouter("execution_watchdog")
handler = router
schedules = Schedules()


class ExecutionWatchdogSettings(PlaceSettings):
    alert_topic_arn: str = Field(pattern=r"^arn:[^:]+:sns:")
    rule_toggler_function_name: str = Field(min_length=1)
    heartbeat_secret_arn: OptionalText


class Tick(Event):
    """{}"""


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
        told_at = told_alerts.read_told_at(state_table, settings.state_table, incident)
        if not told_recently(told_at, now=now):
            failure = step_functions.describe_failure(executions, run.arn) if run else None
            alert = write_alert(event.SFN_ARN, judgement, run, failure)
            sns.publish(client("sns"), settings.alert_topic_arn, alert)
            # Only now: told twice is a nuisance, marked as told and never told is a missed deadline.
            told_alerts.write_told_at(
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


@router.on(Tick)
def tick(_event: Tick, context: LambdaContext) -> dict[str, Any]:
    """Judges what came due since the last tick. Raises DeadlinesNotJudged, after all else was done."""
    settings = ExecutionWatchdogSettings.read()
    place = place_of(context.invoked_function_arn, settings)
    now, remaining = clock.now(), timedelta(milliseconds=context.get_remaining_time_in_millis())
    with alone(place.table, holder=context.aws_request_id, now=now, remaining=remaining) as may_work:
        if not may_work:
            router.logger.info("another tick is at work")
            return {"judged": 0, "told": [], "behind": 0, "reason": "another tick is at work"}
        done = judge_deadlines(
            place,
            schedules,
            alert_topic_arn=settings.alert_topic_arn,
            rule_toggler=settings.rule_toggler_function_name,
            now=now,
        )
    told = {"judged": done.judged, "told": done.told, "behind": len(done.behind)}
    router.metrics.add_metric(name="Alerts", unit=MetricUnit.Count, value=len(done.told))
    router.metrics.add_metric(name="PipelinesBehind", unit=MetricUnit.Count, value=len(done.behind))
    router.logger.info("ticked", extra={**told, "lists": done.lists.calls, "settled": done.settled})
    router.metrics.add_metric(name="Ticks", unit=MetricUnit.Count, value=1)
    if settings.heartbeat_secret_arn:
        _send_heartbeat(settings.heartbeat_secret_arn)
    problems = [*done.problems.values()]
    if problems:
        raise DeadlinesNotJudged(f"{len(problems)} problems. {'; '.join(problems[:PROBLEMS_SHOWN])}")
    return {**told, "reason": "all that was due is judged" if not done.behind else "the rest is judged next"}


def _send_heartbeat(secret_arn: str) -> None:
    """A heartbeat that fails fails no tick: that it stays away is what the monitor tells of."""
    try:
        heartbeat.send(secrets.read(client("secretsmanager"), secret_arn))
    except (heartbeat.HeartbeatFailed, GetParameterError) as error:
        router.logger.warning("no heartbeat", extra={"problem": str(error)})
        router.metrics.add_metric(name="HeartbeatsFailed", unit=MetricUnit.Count, value=1)
