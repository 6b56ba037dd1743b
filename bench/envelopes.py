"""What the benchmarks put on the spool."""

import json
import secrets
from collections.abc import Iterator


def bodies(state_machine_arn: str, messages: int) -> Iterator[str]:
    """So many first failures of a state machine, each of a run of its own."""
    executions = state_machine_arn.replace(":stateMachine:", ":execution:")
    for number in range(messages):
        envelope = {
            "version": 1,
            "lineage": secrets.token_hex(8),
            "attempt": 1,
            "state_machine_arn": state_machine_arn,
            "execution_arn": f"{executions}:order-{number}",
            "redrive_count": 0,
            "input": {"key": str(number)},
            "state": "Encode",
            "error": "Exception",
            "cause": "the outside system is down",
            "failed_at": "2026-11-21T03:04:05Z",
        }
        yield json.dumps(envelope)
