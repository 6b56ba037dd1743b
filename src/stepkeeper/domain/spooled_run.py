"""Reads a message from the spool: the run that it is about, or why nothing can be made of it."""

import json
import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from stepkeeper.domain.envelope import Envelope
from stepkeeper.domain.failure import FailureKey
from stepkeeper.domain.lineage import lineage_of, rerun_name

INPUT_BYTES = 262_144
"""The largest input of an execution, in UTF-8 (API reference, StartExecution)."""


@dataclass(frozen=True)
class SpooledRun:
    """A run that failed and can be started again; `name` is what it is then called.

    `execution_arn`, `error` and `failed_at` are missing where the message is a bare input. `input_bytes`
    is the size of the input in UTF-8, which stays known where the input itself is shortened.
    """

    key: FailureKey
    state_machine_arn: str
    name: str
    input: str
    input_bytes: int
    execution_arn: str | None = None
    redrive_count: int = 0
    error: str = ""
    cause: str = ""
    failed_at: datetime | None = None

    @property
    def rerun_arn(self) -> str:
        """The ARN that the execution has, once it was started again."""
        return f"{self.state_machine_arn.replace(':stateMachine:', ':execution:', 1)}:{self.name}"


@dataclass(frozen=True)
class Unreadable:
    """A message that no run can be made of. `key` stands for it all the same."""

    key: FailureKey
    reason: str


REASON_CHARACTERS = 1_000
"""A reason may quote what is wrong, and that may be long."""


def read_message(
    body: str, *, message_id: str, default_state_machine_arn: str | None
) -> SpooledRun | Unreadable:
    """What a message is about. A body that is no envelope is an input for the default state machine."""
    key = FailureKey(lineage_of(message_id), 1)
    try:
        content = _load(body)
        if _claims_to_be_an_envelope(content):
            return _of_envelope(Envelope.model_validate(content))
    except ValidationError as error:
        return Unreadable(key, f"the envelope is broken: {_problems(error)}"[:REASON_CHARACTERS])
    except ValueError as error:
        return Unreadable(key, f"the message is not JSON: {error}"[:REASON_CHARACTERS])
    except RecursionError:
        return Unreadable(key, "the message is nested too deeply to be read")
    if default_state_machine_arn is None:
        return Unreadable(
            key, "the message is no envelope, and DEFAULT_STATE_MACHINE_ARN is not set to run it"
        )
    name = rerun_name(attempt=1, lineage=key.lineage, original_name=message_id)
    input = dump(content)
    return SpooledRun(key, default_state_machine_arn, name, input, len(input.encode()))


def why_too_large(input_bytes: int) -> str | None:
    """Why Step Functions would refuse an input of this size; None where it would not."""
    if input_bytes <= INPUT_BYTES:
        return None
    return f"the input has {input_bytes} bytes, and an execution takes at most {INPUT_BYTES}"


def dump(value: Any) -> str:
    """JSON as short as it can be written, and as an execution's input takes it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair, which JSON can only write escaped
        return json.dumps(value, separators=(",", ":"))
    return text


def _of_envelope(envelope: Envelope) -> SpooledRun:
    original_name = (envelope.execution_arn or "").rsplit(":", 1)[-1]
    input = dump(envelope.input)
    return SpooledRun(
        key=envelope.key,
        state_machine_arn=envelope.state_machine_arn,
        name=rerun_name(attempt=envelope.attempt, lineage=envelope.lineage, original_name=original_name),
        input=input,
        input_bytes=len(input.encode()),
        execution_arn=envelope.execution_arn,
        redrive_count=envelope.redrive_count,
        error=envelope.error,
        cause=envelope.cause,
        failed_at=envelope.failed_at,
    )


def _claims_to_be_an_envelope(content: Any) -> bool:
    return isinstance(content, dict) and {"version", "lineage", "state_machine_arn"} <= content.keys()


def _load(body: str) -> Any:
    def finite(number: str) -> float:
        value = float(number)
        if math.isfinite(value):
            return value
        raise ValueError(f"{number} is no number that JSON or a float can hold")

    return json.loads(body, parse_constant=finite, parse_float=finite)


def _problems(error: ValidationError) -> str:
    problems = error.errors(include_input=False, include_url=False)
    return ", ".join(f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}" for problem in problems)
