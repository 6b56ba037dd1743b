"""Closes gates when an upstream pipeline has failed, and opens those again that Stepkeeper had closed.

Called by a rule on the end of a run, by the watchdog, by rules and schedules with a constant input, and by
people.
"""

from typing import Annotated, Any, Literal

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError
from pydantic import BeforeValidator, Field

from stepkeeper import clock
from stepkeeper.domain.gate import parse_gates
from stepkeeper.errors import InvalidGate, InvalidPipelines, StepkeeperError
from stepkeeper.pipelines.errors import GatesFailed
from stepkeeper.pipelines.noting import note
from stepkeeper.pipelines.place import Place, PlaceSettings, place_of
from stepkeeper.pipelines.schedules import Schedules
from stepkeeper.pipelines.settling import settle
from stepkeeper.pipelines.telling import finish, make_up_opened
from stepkeeper.pipelines.toggled_gate import Toggling
from stepkeeper.routing import Event, EventRouter
from stepkeeper.status_change import ExecutionStatusChange, ended_run_of

CONSTANT_INPUT = "constant-input"
"""The owner of what `{"detail": "disable"}` closes: it does not say who sent it."""

MOST_GATES = 100
"""As many as can be seen to, one after another, before the function's timeout."""

router = EventRouter("rule_toggler")
handler = router

Action = Literal["disable", "enable"]
Answer = dict[str, Any]
"""`{"gate", "before", "after", "changed", "reason"}`"""


def _listed(text: str) -> list[str]:
    return [target for target in text.split(",") if target.strip()]


class RuleTogglerSettings(PlaceSettings):
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


class Settle(Event):
    """{"settle": ["<pipeline>", …]}"""

    settle: list[str] = Field(min_length=1, max_length=MOST_GATES)


@router.on(ConstantToggle)
def toggle_configured(event: ConstantToggle, context: LambdaContext) -> list[Answer]:
    """Toggles the gates named in the variable TARGETS."""
    targets = RuleTogglerSettings.read().targets
    if not targets:
        raise InvalidGate("The variable TARGETS names no gate, and the event names none either.")
    return toggle(ToggleRequest(action=event.detail, targets=targets, owner=CONSTANT_INPUT), context)


@router.on(ToggleRequest)
def toggle(event: ToggleRequest, context: LambdaContext) -> list[Answer]:
    """Toggles each gate; raises GatesFailed at the end for those that could not be.

    A map with mistakes does not keep people from it.
    """
    settings = RuleTogglerSettings.read()
    try:
        place = place_of(context.invoked_function_arn, settings)
    except InvalidPipelines as error:
        router.logger.error("toggling without the map", extra={"problem": str(error)})
        place = place_of(context.invoked_function_arn, settings, without_map=True)
    toggling = Toggling(place, event.action, event.owner, event.reason)
    answers: list[Answer] = []
    failures: list[str] = []
    for gate in parse_gates(event.targets, region=place.home.region, account=place.home.account):
        try:
            answers.append(toggling.toggle(gate))
        except (StepkeeperError, ClientError, BotoCoreError) as error:
            failures.append(f"{gate} ({type(error).__name__}: {error})")
    _, problems = make_up_opened(place, Schedules(), toggling.opened, now=clock.now())
    return _told(answers, [*failures, *problems], f"toggled ({event.action})")


@router.on(ExecutionStatusChange)
def follow(event: ExecutionStatusChange, context: LambdaContext) -> list[Answer]:
    """A run has ended: closes what its pipeline blocks, or lets go of it. Runs of no pipeline are ignored."""
    place = place_of(context.invoked_function_arn, RuleTogglerSettings.read())
    pipeline = place.map.of_state_machine(event.detail.stateMachineArn)
    run = ended_run_of(event.detail)
    if pipeline is None or run is None:
        return []
    schedules = Schedules()
    note(place, schedules, pipeline, run, now=clock.now())
    return _settle(place, schedules, [pipeline.name])


@router.on(Settle)
def settle_named(event: Settle, context: LambdaContext) -> list[Answer]:
    """Brings what these pipelines block to how they stand, as the watchdog has found out."""
    place = place_of(context.invoked_function_arn, RuleTogglerSettings.read())
    for name in event.settle:
        place.named(name)  # before anything has happened
    return _settle(place, Schedules(), event.settle)


def _settle(place: Place, schedules: Schedules, names: list[str]) -> list[Answer]:
    answers: list[Answer] = []
    problems: list[str] = []
    for name in names:
        settled = settle(place, schedules, name, now=clock.now())
        finish(place, schedules, settled, now=clock.now())
        answers += settled.answers
        problems += settled.problems
    return _told(answers, problems, "settled")


def _told(answers: list[Answer], failures: list[str], done: str) -> list[Answer]:
    changed = sum(answer["changed"] for answer in answers)
    router.metrics.add_metric(name="GatesChanged", unit=MetricUnit.Count, value=changed)
    router.logger.info("gates", extra={"answers": answers, "failures": failures})
    if failures:
        raise GatesFailed(
            f"{len(failures)} of {len(failures) + len(answers)} gates could not be {done}; "
            f"the others were seen to. {'; '.join(failures)}"
        )
    return answers
