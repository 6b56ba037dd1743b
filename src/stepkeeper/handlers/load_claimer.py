"""Sees to it that a load is done once, and says what its run is to wait for and to load.

Called by load_when_ready at the beginning, and when the load has succeeded or failed; and by the rule on the
machine's status change, since an aborted run says nothing any more.
"""

from collections.abc import Callable
from typing import Any, Literal

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from stepkeeper import clock
from stepkeeper.aws import claims, outages, step_functions
from stepkeeper.aws.clients import client
from stepkeeper.domain import load_claimer as rules
from stepkeeper.domain.alert import console_link
from stepkeeper.domain.arn import EXECUTION_ARN
from stepkeeper.domain.load_claimer import Changed, Claim, Refused, Unchanged
from stepkeeper.domain.period import milliseconds
from stepkeeper.errors import AwsUnavailable, ClaimContended, ClaimLost, InvalidLoad
from stepkeeper.fields import Moment
from stepkeeper.load_input import LoadInput
from stepkeeper.routing import Event, EventRouter
from stepkeeper.settings import Settings
from stepkeeper.status_change import ExecutionStatusChange

RACES = 8
"""How often a change of the claim may be overtaken by another run's."""

Decision = Changed | Unchanged | Refused

router = EventRouter("load_claimer")
handler = router


class LoadClaimerSettings(Settings):
    state_table: str = Field(min_length=3)


class StartedExecution(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=EXECUTION_ARN)
    startTime: Moment


class ClaimLoad(Event):
    """{"action": "claim", "execution": {"id", "startTime"}, "input": the execution's}"""

    action: Literal["claim"]
    execution: StartedExecution
    input: Any

    @property
    def correlation_id(self) -> str:
        return self.execution.id


class EndLoad(Event):
    """{"action": "complete"|"forget", "execution": "<ARN>", "key", "load_as": "<ARN>"}"""

    action: Literal["complete", "forget"]
    execution: str = Field(pattern=EXECUTION_ARN)
    key: str = Field(min_length=1)
    load_as: str = Field(pattern=EXECUTION_ARN)

    @property
    def correlation_id(self) -> str:
        return self.execution


@router.on(ClaimLoad)
def claim(event: ClaimLoad, _context: LambdaContext) -> dict[str, Any]:
    """Takes the claim, or says who has it; and works out everything that the run needs to know."""
    settings = LoadClaimerSettings.read()
    execution, load = event.execution.id, LoadInput.read(event.input)
    plan = load.plan(event.execution.startTime)
    decision = _change(settings, plan.key, lambda found: _take(found, execution))
    if isinstance(decision, Refused):
        return {"claimed": False, "key": plan.key, "reason": decision.reason}
    return {
        "claimed": True,
        "key": plan.key,
        "load_as": decision.claim.load_as if decision.claim else execution,
        "latest_ms": milliseconds(plan.latest),
        "latest": f"{plan.latest.astimezone(load.time_zone):%Y-%m-%d %H:%M:%S %Z}",
        "check": load.query(load.check_sql, plan),
        "statement": load.query(load.load_sql, plan),
        "channels": load.channels.model_dump(),
        "link": console_link(execution),
    }


@router.on(EndLoad)
def end(event: EndLoad, _context: LambdaContext) -> dict[str, Any]:
    """Records that the load succeeded, or that the engine gave it up. Raises ClaimLost."""
    settings = LoadClaimerSettings.read()

    def decide(found: Claim | None) -> Decision:
        if event.action == "forget":
            return rules.forget(found, load_as=event.load_as)
        return rules.complete(found, event.execution, load_as=event.load_as, now=clock.now())

    decision = _change(settings, event.key, decide)
    if isinstance(decision, Refused):
        raise ClaimLost(f"{event.execution} can not record {event.key} as loaded: {decision.reason}.")
    return {"key": event.key, "reason": decision.reason}


@router.on(ExecutionStatusChange)
def release(event: ExecutionStatusChange, _context: LambdaContext) -> dict[str, Any]:
    """Frees the claim of an execution that has ended without loading."""
    settings, ended = LoadClaimerSettings.read(), event.detail
    if ended.status in ("RUNNING", "PENDING_REDRIVE"):
        return {"released": False, "reason": "the execution has not ended"}
    text = ended.input
    if text is None:
        with outages.named(AwsUnavailable, "The input of the execution"):
            text = step_functions.describe_input(client("stepfunctions"), ended.executionArn)
    try:
        plan = LoadInput.model_validate_json(text).plan(ended.started_at)
    except (ValidationError, InvalidLoad):
        return {"released": False, "reason": "its input is no load's, so it never held a claim"}
    decision = _change(settings, plan.key, lambda found: rules.release(found, ended.executionArn))
    return {"released": isinstance(decision, Changed), "key": plan.key, "reason": decision.reason}


def _take(found: Claim | None, execution: str) -> Decision:
    now = clock.now()
    holder = rules.holder_to_ask_for(found, execution, now=now)
    runs = False if holder is None else step_functions.is_running(client("stepfunctions"), holder)
    return rules.take(found, execution, now=now, holder_runs=runs)


def _change(settings: LoadClaimerSettings, key: str, decide: Callable[[Claim | None], Decision]) -> Decision:
    """Decides on the claim and writes it, again where somebody was faster. Raises ClaimContended."""
    state_table, table = client("dynamodb"), settings.state_table
    for _ in range(RACES):
        with outages.named(AwsUnavailable, f"The claim on {key}"):
            decision = decide(claims.read_claim(state_table, table, key))
            settled = not isinstance(decision, Changed) or claims.write_claim(
                state_table, table, key, decision.claim
            )
        if settled:
            router.logger.info(decision.reason, extra={"key": key})
            return decision
    raise ClaimContended(f"The claim on {key} was changed by others {RACES} times in a row; call again.")
