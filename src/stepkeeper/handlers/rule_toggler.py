"""Closes gates when an upstream pipeline has failed, and opens those again that Stepkeeper had closed.

Called by rules and schedules with a constant input, and by people.
"""

from typing import Annotated, Any, Literal, assert_never

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError
from pydantic import BeforeValidator, Field

from stepkeeper.aws import dynamodb, gates
from stepkeeper.aws.clients import client
from stepkeeper.domain.arn import parse_arn
from stepkeeper.domain.gate import Gate, GateState, parse_gates
from stepkeeper.domain.rule_toggler import (
    Close,
    Decision,
    Forget,
    Join,
    LetGo,
    Nothing,
    Open,
    decide_close,
    decide_open,
)
from stepkeeper.errors import GateContended, GatesFailed, InvalidGate, StepkeeperError
from stepkeeper.routing import Event, EventRouter
from stepkeeper.settings import Settings

CONSTANT_INPUT = "constant-input"
"""The owner of what `{"detail": "disable"}` closes: it does not say who sent it."""

DECISIONS_TRIED = 3

MOST_GATES = 100
"""As many as can be seen to, one after another, before the function's timeout."""

router = EventRouter("rule_toggler")
handler = router

Action = Literal["disable", "enable"]
Answer = dict[str, Any]
"""`{"gate", "before", "after", "changed", "reason"}`"""


def _listed(text: str) -> list[str]:
    return [target for target in text.split(",") if target.strip()]


class RuleTogglerSettings(Settings):
    state_table: str = Field(min_length=3)
    targets: Annotated[list[str], BeforeValidator(_listed), Field(max_length=MOST_GATES)]


class ConstantToggle(Event):
    """{"detail": "disable" | "enable"} for the gates in TARGETS"""

    detail: Action


class ToggleRequest(Event):
    """{"action": "disable" | "enable", "targets": ["rule/NAME", …], "owner"?, "reason"?}"""

    action: Action
    targets: list[str] = Field(min_length=1, max_length=MOST_GATES)
    owner: str = Field(default="operator", min_length=1, max_length=256)
    reason: str | None = Field(default=None, max_length=1024)


@router.on(ConstantToggle)
def toggle_configured(event: ConstantToggle, context: LambdaContext) -> list[Answer]:
    """Toggles the gates named in the variable TARGETS."""
    targets = RuleTogglerSettings.read().targets
    if not targets:
        raise InvalidGate("The variable TARGETS names no gate, and the event names none either.")
    return toggle(ToggleRequest(action=event.detail, targets=targets, owner=CONSTANT_INPUT), context)


@router.on(ToggleRequest)
def toggle(event: ToggleRequest, context: LambdaContext) -> list[Answer]:
    """Toggles each gate; raises GatesFailed at the end for those that could not be."""
    table = RuleTogglerSettings.read().state_table
    here = parse_arn(context.invoked_function_arn)
    answers: list[Answer] = []
    failures: list[str] = []
    for gate in parse_gates(event.targets, region=here.region, account=here.account):
        try:
            answers.append(toggle_gate(table, gate, event))
        except (StepkeeperError, ClientError, BotoCoreError) as error:
            failures.append(f"{gate} ({type(error).__name__}: {error})")
    changed = sum(answer["changed"] for answer in answers)
    router.metrics.add_metric(name="GatesChanged", unit=MetricUnit.Count, value=changed)
    router.logger.info("toggled", extra={"answers": answers, "failures": failures})
    if failures:
        raise GatesFailed(
            f"{len(failures)} of {len(failures) + len(answers)} gates could not be toggled ({event.action}); "
            f"the others were seen to. {'; '.join(failures)}"
        )
    return answers


def toggle_gate(table: str, gate: Gate, event: ToggleRequest) -> Answer:
    """Toggles one gate, deciding anew when others change it or its hold at the same time."""
    first = before = gates.read_state(gate)
    decide = decide_close if event.action == "disable" else decide_open
    for _ in range(DECISIONS_TRIED):
        hold = dynamodb.read_hold(client("dynamodb"), table, gate)
        decision = decide(before, hold, owner=event.owner)
        after = act(table, gate, decision, before, event)
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
    table: str, gate: Gate, decision: Decision, before: GateState, event: ToggleRequest
) -> GateState | None:
    """Does what was decided and gives the state that the gate is in then; None: decide anew."""
    match decision:
        case Close(reason):
            why = event.reason or reason
            gates.close(table, gate, owner=event.owner, state_before=before, reason=why)
            return "DISABLED"
        case Join():
            return before if gates.join(table, gate, owner=event.owner) else None
        case Open(state):
            return state if gates.reopen(table, gate, owner=event.owner, state=state) else None
        case LetGo():
            return before if gates.let_go(table, gate, owner=event.owner) else None
        case Forget():
            gates.forget(table, gate, owner=event.owner)
            return before
        case Nothing():
            return before
    assert_never(decision)
