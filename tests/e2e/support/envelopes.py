"""Envelopes as the design has them."""

import hashlib
import uuid
from typing import Any


def an_envelope(state_machine_arn: str) -> dict[str, Any]:
    """An envelope of a lineage of its own."""
    return {
        "version": 1,
        "lineage": uuid.uuid4().hex[:16],
        "attempt": 1,
        "state_machine_arn": state_machine_arn,
        "execution_arn": f"{state_machine_arn.replace(':stateMachine:', ':execution:')}:tonight",
        "redrive_count": 0,
        "input": {"key": "12345"},
        "state": "Encode the order",
        "error": "OutsideSystemDown",
        "cause": "",
        "failed_at": "2026-11-21T03:04:05Z",
    }


def lineage_of(run: dict[str, Any]) -> str:
    """The lineage that begins with a run, once it has failed."""
    return hashlib.sha256(run["executionArn"].encode()).hexdigest()[:16]
