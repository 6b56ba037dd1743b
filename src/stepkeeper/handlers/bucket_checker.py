"""Finds what is to be exported: plans it, says what comes next, and what is missing.

Called by export_logs, again and again, until it answers that all is done; by a schedule, every six hours,
for an audit; and by people.
"""

from typing import Any, Literal

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, ConfigDict, Field

from stepkeeper import clock
from stepkeeper.aws import outages
from stepkeeper.domain.arn import EXECUTION_ARN
from stepkeeper.domain.export_layout import LOG_GROUP_NAME
from stepkeeper.domain.period import PERIOD_ID
from stepkeeper.domain.turn import Busy, is_to_plan
from stepkeeper.errors import AwsUnavailable
from stepkeeper.exports.accepting import accept
from stepkeeper.exports.auditing import audit_all
from stepkeeper.exports.beginning import plan_all, take_turn
from stepkeeper.exports.choosing import choose
from stepkeeper.exports.place import ExportSettings, place_of
from stepkeeper.routing import Event, EventRouter

router = EventRouter("bucket_checker")
handler = router


class KnownPeriod(BaseModel):
    """A period of a log group."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    log_group: str = Field(pattern=LOG_GROUP_NAME)
    period: str = Field(pattern=PERIOD_ID)


class BeginRun(Event):
    """{"action": "begin", "execution": "<ARN>", "run": "<ARN>", "continues"?: "<ARN>", "again"?: {…}}"""

    action: Literal["begin"]
    execution: str = Field(pattern=EXECUTION_ARN)
    run: str = Field(pattern=EXECUTION_ARN)
    continues: str | None = Field(default=None, pattern=EXECUTION_ARN)
    again: KnownPeriod | None = None

    @property
    def correlation_id(self) -> str:
        return self.execution


class NextPeriod(Event):
    """{} or {"run": "<ARN>", "after": "<log group>"}"""

    run: str | None = Field(default=None, pattern=EXECUTION_ARN)
    after: str | None = Field(default=None, pattern=LOG_GROUP_NAME)

    @property
    def correlation_id(self) -> str | None:
        return self.run


class Audit(Event):
    """{"action": "audit"}"""

    action: Literal["audit"]


class AcceptGap(Event):
    """{"action": "accept", "log_group", "period", "reason"}"""

    action: Literal["accept"]
    log_group: str = Field(pattern=LOG_GROUP_NAME)
    period: str = Field(pattern=PERIOD_ID)
    reason: str = Field(min_length=1, max_length=500)


@router.on(BeginRun)
def begin(event: BeginRun, _context: LambdaContext) -> dict[str, Any]:
    """Takes the turn, and plans what is due; says who is at it where another execution is."""
    place, now = place_of(ExportSettings.read()), clock.now()
    with outages.named(AwsUnavailable, "A run of exports can not begin"):
        turn = take_turn(place, event.execution, run=event.run, continues=event.continues, now=now)
        if isinstance(turn, Busy):
            router.logger.info(turn.reason)
            return {"state": "busy", "by": turn.holder, "reason": turn.reason}
        if not is_to_plan(turn, continues=event.continues, now=now):
            return {"state": "begun"}
        again = (event.again.log_group, event.again.period) if event.again else None
        planned = plan_all(place, turn, again, now=now)
    router.logger.info("planned", extra=planned)
    return {"state": "begun", **planned}


@router.on(NextPeriod)
def find_next_period(event: NextPeriod, _context: LambdaContext) -> dict[str, Any]:
    """What comes next, its times in milliseconds since 1970; at the end, what could not be exported."""
    place = place_of(ExportSettings.read())
    with outages.named(AwsUnavailable, "The next period can not be found"):
        answer = choose(place, event.run, event.after, now=clock.now())
    router.logger.info(answer.get("reason", "all is done"), extra=answer)
    return answer


@router.on(Audit)
def audit(_event: Audit, _context: LambdaContext) -> dict[str, Any]:
    """Each log group and period with its state, and the gaps, of which people are told once."""
    settings = ExportSettings.read()
    place = place_of(settings)
    with outages.named(AwsUnavailable, "The exports can not be audited"):
        answer, gaps = audit_all(place, overdue_days=settings.overdue_days, now=clock.now())
    router.metrics.add_metric(name="ExportGaps", unit=MetricUnit.Count, value=gaps)
    return answer


@router.on(AcceptGap)
def accept_gap(event: AcceptGap, _context: LambdaContext) -> dict[str, Any]:
    """A gap that nobody need care about any more; the reason is kept with it."""
    accepted = accept(place_of(ExportSettings.read()), event.log_group, event.period, reason=event.reason)
    router.logger.info("accepted", extra=accepted)
    return accepted
