"""Decides what to do with a message from the spool."""

import json
import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from stepkeeper.domain.envelope import Envelope
from stepkeeper.domain.lineage import lineage_of, rerun_name

INPUT_BYTES = 262_144
"""The largest input of an execution, in UTF-8 (API reference, StartExecution)."""


@dataclass(frozen=True)
class Start:
    """Start this run; its name makes a second start of the same attempt impossible."""

    state_machine_arn: str
    name: str
    input: str


@dataclass(frozen=True)
class Quarantine:
    """Without a person this can never run."""

    reason: str


@dataclass(frozen=True)
class Leave:
    """It failed after this call began, most likely as one of the runs that this call has started."""

    reason: str


def decide(
    body: str, *, message_id: str, default_state_machine_arn: str | None, began: datetime
) -> Start | Quarantine | Leave:
    """What to do with a message from the spool, in a call of the reprocessor that began at `began`.

    A body that is no envelope is an input for the default state machine, where there is one.
    """
    try:
        content = _load(body)
        if _claims_to_be_an_envelope(content):
            return _start(Envelope.model_validate(content), began)
        return _start_input(content, message_id, default_state_machine_arn)
    except ValidationError as error:
        return Quarantine(f"the envelope is broken: {_problems(error)}")
    except ValueError as error:
        return Quarantine(f"the message is not JSON: {error}")
    except RecursionError:
        return Quarantine("the message is nested too deeply to be read")


def _start_input(content: Any, message_id: str, default_state_machine_arn: str | None) -> Start | Quarantine:
    if default_state_machine_arn is None:
        return Quarantine("the message is no envelope, and DEFAULT_STATE_MACHINE_ARN is not set to run it")
    lineage = lineage_of(message_id)
    name = rerun_name(attempt=1, lineage=lineage, original_name=message_id)
    return _within_limit(Start(default_state_machine_arn, name, _dump(content)))


def _start(envelope: Envelope, began: datetime) -> Start | Quarantine | Leave:
    if envelope.failed_at > began:
        return Leave(f"{envelope.lineage} failed at {envelope.failed_at}, after this call began")
    original_name = (envelope.execution_arn or "").rsplit(":", 1)[-1]
    name = rerun_name(attempt=envelope.attempt, lineage=envelope.lineage, original_name=original_name)
    return _within_limit(Start(envelope.state_machine_arn, name, _dump(envelope.input)))


def _within_limit(start: Start) -> Start | Quarantine:
    size = len(start.input.encode())
    if size > INPUT_BYTES:
        return Quarantine(f"the input has {size} bytes, and an execution takes at most {INPUT_BYTES}")
    return start


def _claims_to_be_an_envelope(content: Any) -> bool:
    return isinstance(content, dict) and {"version", "lineage", "state_machine_arn"} <= content.keys()


def _load(body: str) -> Any:
    def finite(number: str) -> float:
        value = float(number)
        if math.isfinite(value):
            return value
        raise ValueError(f"{number} is no number that JSON or a float can hold")

    return json.loads(body, parse_constant=finite, parse_float=finite)


def _dump(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair, which JSON can only write escaped
        return json.dumps(value, separators=(",", ":"))
    return text


def _problems(error: ValidationError) -> str:
    problems = error.errors(include_input=False, include_url=False)
    return ", ".join(f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}" for problem in problems)
