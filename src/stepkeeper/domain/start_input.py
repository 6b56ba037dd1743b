"""The input that a gate would have given a run, as EventBridge puts it together."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from stepkeeper.domain.arn import parse_arn
from stepkeeper.errors import StartNotReproducible


@dataclass(frozen=True)
class Target:
    """What a rule or schedule starts. `is_transformed`: with an InputPath or an InputTransformer."""

    arn: str
    input: str | None = None
    is_transformed: bool = False


def input_of_schedule(target: Target, *, schedule_arn: str, state_machine_arn: str, start: datetime) -> str:
    """What EventBridge Scheduler would have sent for a start. Raises StartNotReproducible.

    The context attributes are those of its User Guide; an execution id is made up, always the same one.
    """
    if target.arn != state_machine_arn:
        raise _not_reproducible(schedule_arn, state_machine_arn)
    attributes = {
        "schedule-arn": schedule_arn,
        "scheduled-time": _text(start),
        "execution-id": _id(schedule_arn, start),
        "attempt-number": "1",
    }
    if target.input is None:
        raise StartNotReproducible(
            f"{schedule_arn} has no Input, and what EventBridge Scheduler sends then is not known here. "
            "Start the run by hand, or give the schedule an Input, such as {}."
        )
    text = target.input
    for name, value in attributes.items():
        text = text.replace(f"<aws.scheduler.{name}>", value)
    return text


def input_of_rule(
    targets: Sequence[Target], *, rule_arn: str, state_machine_arn: str, start: datetime
) -> str:
    """What a rule would have sent for a start: its constant input, or the event of the schedule.

    Raises StartNotReproducible.
    """
    found = [target for target in targets if target.arn == state_machine_arn]
    if len(found) != 1:
        raise _not_reproducible(rule_arn, state_machine_arn)
    if found[0].is_transformed:
        raise StartNotReproducible(
            f"{rule_arn} makes the input with an InputPath or InputTransformer, which is not followed here. "
            "Start the run by hand, or give the rule a constant input."
        )
    if found[0].input is not None:
        return found[0].input
    rule = parse_arn(rule_arn)
    return json.dumps(
        {
            "version": "0",
            "id": _id(rule_arn, start),
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": rule.account,
            "time": _text(start),
            "region": rule.region,
            "resources": [rule_arn],
            "detail": {},
        }
    )


def _not_reproducible(gate_arn: str, state_machine_arn: str) -> StartNotReproducible:
    return StartNotReproducible(
        f"{gate_arn} does not start {state_machine_arn} by itself, once, so its input is not known. "
        "Start the run by hand, or make the state machine the target of its gate."
    )


def _text(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _id(gate_arn: str, start: datetime) -> str:
    digits = hashlib.sha256(f"{gate_arn}#{_text(start)}".encode()).hexdigest()
    return "-".join([digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:32]])
