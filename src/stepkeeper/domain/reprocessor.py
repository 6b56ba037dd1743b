"""Decides what becomes of a spooled message, and of the answer to starting its run."""

import json
import math
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import ValidationError

from stepkeeper.domain.envelope import Envelope
from stepkeeper.domain.lineage import lineage_of, rerun_name

INPUT_BYTES = 262_144
"""The largest input of an execution, in UTF-8 (API reference, StartExecution)."""

StopReason = Literal["the spool is empty", "max was reached", "throttled", "out of time"]


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
class Outcome:
    """What became of one message. `never` is still to be quarantined; `broken` is nobody's fault but ours."""

    kind: Literal["started", "duplicate", "quarantined", "later", "never", "broken"]
    reason: str

    @property
    def settled(self) -> bool:
        """Whether the message may be deleted."""
        return self.kind in ("started", "duplicate", "quarantined")


REFUSALS: dict[str, Literal["duplicate", "later", "never"]] = {
    # The name is ours alone, so a run of that name is the run of this message.
    "ExecutionAlreadyExists": "duplicate",
    "ThrottlingException": "later",
    "ExecutionLimitExceeded": "later",
    "InvalidArn": "never",
    "InvalidExecutionInput": "never",
    "InvalidName": "never",
    "StateMachineDoesNotExist": "never",
    "StateMachineDeleting": "never",
    # Such as the ARN of a Map state inside a machine.
    "ValidationException": "never",
}
"""What StartExecution's errors mean for a message. Any other error is not the message's own: it stays."""

STOP_BEFORE_MS = 210_000
"""Kept back before the timeout: one more batch takes less than this, even with all attempts of each call."""


def outcome_of_refusal(error_code: str, message: str) -> Outcome:
    """What StartExecution's error means for the message that was to be run."""
    return Outcome(REFUSALS.get(error_code, "broken"), message)


def why_stop(outcomes: list[Outcome], *, tried: int, at_most: int, remaining_ms: int) -> StopReason | None:
    """Why no further batch should be received after this one, or None to go on."""
    if not outcomes:
        return "the spool is empty"
    if any(outcome.kind == "later" for outcome in outcomes):
        return "throttled"
    if tried >= at_most:
        return "max was reached"
    if remaining_ms < STOP_BEFORE_MS:
        return "out of time"
    return None


def decide(body: str, *, message_id: str, default_state_machine_arn: str | None) -> Start | Quarantine:
    """What to do with a message from the spool.

    A body that is no envelope is an input for the default state machine, where there is one.
    """
    try:
        content = _load(body)
        if _claims_to_be_an_envelope(content):
            return _start(Envelope.model_validate(content))
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


def _start(envelope: Envelope) -> Start | Quarantine:
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
