"""Closes gates when an upstream pipeline has failed, and opens those again that Stepkeeper had closed.

Called by rules and schedules with a constant input, and by people.
"""

from typing import Any, Literal, assert_never

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError
from pydantic import Field

from stepkeeper.aws import dynamodb, gates
from stepkeeper.aws.clients import client
from stepkeeper.domain.arn import parse_arn
from stepkeeper.domain.gate import Gate, GateState, parse_gates
from stepkeeper.domain.rule_toggler import (
    Close,
    Decision,
    Join,
    LetGo,
    Nothing,
    Open,
    decide_close,
    decide_open,
)
from stepkeeper.errors import GateContended, GatesFailed, InvalidGate, StepkeeperError
from stepkeeper.routing import Event, EventRouter
from stepkeeper.settings import OptionalText, Settings

CONSTANT_INPUT = "constant-input"
"""The owner of what `{"detail": "disable"}` closes: it does not say who sent it."""

DECISIONS_TRIED = 3

router = EventRouter("rule_toggler")
handler = router

Action = Literal["disable", "enable"]


class RuleTogglerSettings(Settings):
    state_table: str = Field(min_length=3)
    targets: OptionalText


class ConstantToggle(Event):
    """{"detail": "disable" | "enable"} for the gates in TARGETS"""

    detail: Action


class ToggleRequest(Event):
    """{"action": "disable" | "enable", "targets": ["rule/NAME", …], "owner"?, "reason"?}"""

    action: Action
    targets: list[str] = Field(min_length=1, max_length=100)
    owner: str = Field(default="operator", min_length=1, max_length=256)
    reason: str | None = Field(default=None, max_length=1024)


@router.on(ConstantToggle)
def toggle_configured(event: ConstantToggle, context: LambdaContext) -> list[dict[str, Any]]:
    """Toggles the gates named in the variable TARGETS."""
    targets = [target for target in (RuleTogglerSettings.read().targets or "").split(",") if target.strip()]
    if not targets:
        raise InvalidGate("The variable TARGETS names no gate, and the event names none either.")
    return toggle(targets, context, action=event.detail, owner=CONSTANT_INPUT, reason=None)


@router.on(ToggleRequest)
def toggle_requested(event: ToggleRequest, context: LambdaContext) -> list[dict[str, Any]]:
    """Toggles the gates that the event names."""
    return toggle(event.targets, context, action=event.action, owner=event.owner, reason=event.reason)


def toggle(
    targets: list[str], context: LambdaContext, *, action: Action, owner: str, reason: str | None
) -> list[dict[str, Any]]:
    """Toggles each gate; raises GatesFailed at the end for those that could not be."""
    settings = RuleTogglerSettings.read()
    here = parse_arn(context.invoked_function_arn)
    answers: list[dict[str, Any]] = []
    failures: list[str] = []
    for gate in parse_gates(targets, region=here.region, account=here.account):
        try:
            answer = toggle_gate(settings.state_table, gate, action=action, owner=owner, why=reason)
        except (StepkeeperError, ClientError, BotoCoreError) as error:
            failures.append(f"{gate} ({type(error).__name__}: {error})")
            continue
        router.logger.info("gate", extra=answer)
        answers.append(answer)
    changed = sum(answer["changed"] for answer in answers)
    router.metrics.add_metric(name="GatesChanged", unit=MetricUnit.Count, value=changed)
    if failures:
        raise GatesFailed(
            f"{len(failures)} of {len(failures) + len(answers)} gates could not be toggled to {action}, "
            f"the others were seen to: {'; '.join(failures)}"
        )
    return answers


def toggle_gate(table: str, gate: Gate, *, action: Action, owner: str, why: str | None) -> dict[str, Any]:
    """Toggles one gate, deciding anew when others change it or its hold at the same time."""
    first = before = gates.read_state(gate)
    for _ in range(DECISIONS_TRIED):
        hold = dynamodb.read_hold(client("dynamodb"), table, gate)
        decision = (decide_close if action == "disable" else decide_open)(before, hold, owner=owner)
        after = act(table, gate, decision, before, owner=owner, why=why)
        if after:
            return {
                "gate": str(gate),
                "before": first,
                "after": after,
                "changed": first != after,
                "reason": decision.reason,
            }
        before = gates.read_state(gate)
    raise GateContended(f"{gate} was being toggled by others, {DECISIONS_TRIED} times in a row; try again.")


def act(
    table: str, gate: Gate, decision: Decision, before: GateState, *, owner: str, why: str | None
) -> GateState | None:
    """Does what was decided and gives the state that the gate is in then; None: decide anew.

    The hold is written before the gate is closed and ended after it is open, so that a run that breaks
    off in between can be repeated, and no gate is left closed that nobody knows the closer of.
    """
    state_table = client("dynamodb")
    match decision:
        case Close(reason):
            dynamodb.begin_hold(
                state_table, table, gate, owner=owner, state_before=before, reason=why or reason
            )
            gates.set_state(gate, "DISABLED")
            return "DISABLED"
        case Join():
            return before if dynamodb.join_hold(state_table, table, gate, owner=owner) else None
        case Open(state):
            dynamodb.leave_hold(state_table, table, gate, owner=owner)
            gates.set_state(gate, state)
            if dynamodb.end_hold(state_table, table, gate):
                return state
            gates.set_state(gate, "DISABLED")  # somebody has joined the hold at the last moment
            return None
        case LetGo():
            dynamodb.leave_hold(state_table, table, gate, owner=owner)
            dynamodb.end_hold(state_table, table, gate)
            return before
        case Nothing():
            return before
    assert_never(decision)
