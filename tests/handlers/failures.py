"""Failures, as the Catch of a state machine tells them to the error spooler."""

import json
from pathlib import Path
from typing import Any

from tests.template import ACCOUNT, REGION

EVENTS = Path(__file__).parents[2] / "events"
EXECUTIONS = f"arn:aws:states:{REGION}:{ACCOUNT}:execution:nightly-orders"

BARE: dict[str, Any] = json.loads((EVENTS / "error_spooler_bare_input.json").read_text())


def caught(name: str = "2026-11-21-0300", **changes: Any) -> dict[str, Any]:
    """The failure of one execution; `changes` are those of its part of the event."""
    event: dict[str, Any] = json.loads((EVENTS / "error_spooler_catch.json").read_text())
    return event | {"execution": event["execution"] | {"id": f"{EXECUTIONS}:{name}", "name": name} | changes}
