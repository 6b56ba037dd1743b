"""Types of the keys in pipelines.toml that name something in AWS.

Both look at the validation's context: the Home that ARNs have to be of, or None where that is not known.
"""

from typing import Annotated

from pydantic import PlainValidator, ValidationInfo

from stepkeeper.domain.arn import Arn, Home, parse_arn
from stepkeeper.domain.gate import BUS, FORMS, NAME, Gate, parse_gate
from stepkeeper.errors import InvalidGate
from stepkeeper.toml_files.keys import fitting, shown, text_schema

MACHINE_NAME = r'[^\s<>{}\[\]?*"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f]{1,80}'
"""What CreateStateMachine takes (API reference)."""

MACHINE_FORMS = "the name of a state machine, or its ARN without version or alias"


def _state_machine(value: object, info: ValidationInfo) -> str:
    if match := fitting(MACHINE_NAME, value):
        return match[0]
    arn = _arn(value)
    kind, _, name = arn.resource.partition(":") if arn else ("", "", "")
    if not arn or (arn.service, kind) != ("states", "stateMachine") or not fitting(MACHINE_NAME, name):
        raise ValueError(f"{shown(value)} is no state machine. Allowed: {MACHINE_FORMS}.")
    home: Home = info.context or _place(value, arn)
    if (arn.region, arn.account) != home:
        raise ValueError(
            f"{shown(value)} is not in the account and Region of this function "
            f"({home.account}, {home.region}). Allowed: {MACHINE_FORMS}, of there."
        )
    return str(value)


def gate_of(value: object, home: Home | None) -> Gate:
    """The gate that a value of the file is. Raises ValueError."""
    if not isinstance(value, str):
        raise ValueError(f"{shown(value)} is no gate. A gate is written {FORMS}.")
    home = home or _place(value, _arn(value))
    try:
        return parse_gate(value, region=home.region, account=home.account)
    except InvalidGate as error:
        raise ValueError(str(error)) from None


def _gate(value: object, info: ValidationInfo) -> Gate:
    return gate_of(value, info.context)


def _arn(value: object) -> Arn | None:
    try:
        return parse_arn(value.strip()) if isinstance(value, str) else None
    except ValueError:
        return None


def _place(value: object, arn: Arn | None) -> Home:
    """Where an ARN is: as long as nothing else is known, that is where it has to be."""
    if arn is None:
        return Home("", "")
    if not arn.region or not arn.account:
        raise ValueError(
            f"{shown(value)} has no Region or no account. Allowed: the whole ARN, or a short form."
        )
    return Home(arn.region, arn.account)


StateMachineKey = Annotated[
    str,
    PlainValidator(_state_machine),
    text_schema(f"{MACHINE_NAME}|arn:[^:]+:states:[^:]+:[^:]+:stateMachine:{MACHINE_NAME}"),
]
"""`nightly-ingest`"""

GateKey = Annotated[
    Gate | None,
    PlainValidator(_gate),
    text_schema(
        f"(arn:[^:]+:events:[^:]+:[^:]+:)?rule/({BUS.pattern}/)?{NAME.pattern}|"
        f"(arn:[^:]+:scheduler:[^:]+:[^:]+:)?schedule/{NAME.pattern}/{NAME.pattern}"
    ),
]
"""`schedule/default/start-ingest`"""
