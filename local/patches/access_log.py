"""Writes a line for every AWS API call that comes in through the gateway.

What MiniStack does inside itself (a state machine that sends to a queue, a rule that starts a function)
does not pass here.
"""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local.environment import ACCESS_LOG
from local.patches.patching import Function, Params, patch


@patch("app", "_dispatch_service_request")
def calls_are_logged(original: Function) -> Function:
    """AWS has CloudTrail to tell who called what; MiniStack's own keeps no data calls and no refusals."""
    access_log = Path(os.environ["STEPKEEPER_DIRECTORY"]) / ACCESS_LOG

    async def _dispatch_service_request(
        method: str, path: str, headers: Params, body: bytes, query_params: Params, request_id: str
    ) -> tuple[int, dict[str, str], Any]:
        answer = await original(method, path, headers, body, query_params, request_id)
        entry = {
            "time": datetime.now(UTC).isoformat(),
            "principal": _principal(headers, query_params),
            **_call(method, path, headers, body, query_params),
            "status": answer[0],
        }
        with access_log.open("a") as log:
            log.write(json.dumps(entry) + "\n")
        return answer

    return _dispatch_service_request


def _principal(headers: Params, query_params: Params) -> str:
    from ministack.core.iam_evaluator import resolve_caller_identity
    from ministack.core.router import extract_access_key_id

    identity = resolve_caller_identity(extract_access_key_id(headers, query_params))
    arn = identity["userArn"] if identity else "anonymous"
    if ":assumed-role/" in arn:
        return str(arn.split("/")[1])
    return str(arn.rpartition(":")[2])


def _call(method: str, path: str, headers: Params, body: bytes, query_params: Params) -> dict[str, str]:
    from ministack.app import _routing_params
    from ministack.core.iam_actions import extract_iam_action
    from ministack.core.router import detect_service

    params = _routing_params(method, path, headers, body, query_params)
    service = detect_service(method, path, headers, params)
    iam_action = extract_iam_action(service, method, path, headers, body, params) or f"{service}:unknown"
    namespace, _, action = iam_action.partition(":")
    # IAM has no name for a batch call; the protocols that carry the operation's own name tell it.
    operation = headers.get("x-amz-target", "").rpartition(".")[2] or "".join(params.get("Action", []))
    return {"service": namespace, "action": operation or action}
