"""The paths under `/_stepkeeper/` that set the stage: what no AWS has, and a test or demo needs."""

import asyncio
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from local.patches.patching import Answer, Function, Params, patch

Settings = Params
PREFIX = "/_stepkeeper/"


@patch("app", "_handle_post_body_shortcuts")
def control_paths(original: Function) -> Function:
    """Answers `POST /_stepkeeper/NAME`; a setting that is wrong or unknown is a 400 that says so."""

    async def _handle_post_body_shortcuts(
        method: str, path: str, headers: Params, body: bytes, query_params: Params, request_id: str
    ) -> Answer | None:
        if not path.startswith(PREFIX):
            return await original(method, path, headers, body, query_params, request_id)
        control = CONTROLS.get(path.removeprefix(PREFIX))
        if method != "POST" or control is None:
            return _answer(404, {"error": f"No control {method} {path}; there are {sorted(CONTROLS)}"})
        try:
            # Not on the event loop: a control may fire schedules, which call back into it.
            return _answer(200, await asyncio.to_thread(control, **json.loads(body or b"{}")))
        except (TypeError, ValueError, LookupError) as error:
            return _answer(400, {"error": f"{type(error).__name__}: {error}"})

    return _handle_post_body_shortcuts


def _instance() -> Settings:
    return {"pid": os.getpid()}


def _schedule_clock(*, now: float) -> Settings:
    from local.patches.schedules import clock

    clock.move(datetime.fromtimestamp(now, UTC))
    return {"now": clock.now().timestamp()}


def _log_group(
    *, name: str, creation_time_ms: int | None = None, stored_bytes: int | None = None
) -> Settings:
    from ministack.services import cloudwatch_logs

    from local.patches.logs import STORED_BYTES

    group = cloudwatch_logs._log_groups[name]
    group["creationTime"] = group["creationTime"] if creation_time_ms is None else int(creation_time_ms)
    if stored_bytes is not None:
        group[STORED_BYTES] = int(stored_bytes)
    return {
        "name": name,
        "creation_time_ms": group["creationTime"],
        "stored_bytes": group.get(STORED_BYTES),
    }


def _export_tasks(**settings: Any) -> Settings:
    from local.patches.logs import export_tasks

    return export_tasks.set_stage(**settings)


def _execution(*, arn: str, older_by_seconds: float) -> Settings:
    from ministack.services import stepfunctions

    execution = stepfunctions._executions[arn]
    for dates in (execution, *execution["events"], *execution.get("redrives", ())):
        for name in stepfunctions._TIMESTAMP_RESPONSE_FIELDS & dates.keys():
            dates[name] = _earlier(dates[name], timedelta(seconds=older_by_seconds))
    return {name: execution.get(name) for name in ("executionArn", "startDate", "stopDate")}


def _state_machine(*, arn: str, older_by_seconds: float) -> Settings:
    from ministack.services import stepfunctions

    machine = stepfunctions._state_machines[arn]
    for name in ("creationDate", "updateDate"):
        if name in machine:
            machine[name] = _earlier(machine[name], timedelta(seconds=older_by_seconds))
    return {name: machine.get(name) for name in ("stateMachineArn", "creationDate", "updateDate")}


def _messages(*, queue: str, older_by_seconds: float) -> Settings:
    from ministack.services import sqs

    messages = next(each["messages"] for each in sqs._queues.values() if each["name"] == queue)
    for message in messages:
        message["sent_at"] -= older_by_seconds
        message["sys"]["SentTimestamp"] = str(int(message["sent_at"] * 1000))
    return {"messages": len(messages)}


def _earlier(date: str | None, by: timedelta) -> str | None:
    if date is None:
        return None
    moved = datetime.fromisoformat(date) - by
    return moved.isoformat(timespec="milliseconds").replace("+00:00", "Z")


CONTROLS: dict[str, Callable[..., Settings]] = {
    "execution": _execution,
    "export-tasks": _export_tasks,
    "instance": _instance,
    "log-group": _log_group,
    "messages": _messages,
    "schedule-clock": _schedule_clock,
    "state-machine": _state_machine,
}


def _answer(status: int, body: Settings) -> Answer:
    return status, {"Content-Type": "application/json"}, json.dumps(body).encode()
