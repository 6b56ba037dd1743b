"""Which executions AWS redrives, and which requests to it are repeated ones.

https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
"""

from datetime import datetime, timedelta

from local.patches.patching import Params

REDRIVABLE_PERIOD = timedelta(days=14)
HISTORY_LIMIT = 24_999
TOKENS_KEPT = 10
TOKEN_LIFETIME = timedelta(minutes=15)


def not_redrivable_because(execution: Params, now: datetime) -> str | None:
    """Why AWS would not redrive the execution now, None if it would."""
    status = execution["status"]
    if status in ("RUNNING", "SUCCEEDED"):
        return f"Execution is {status} and cannot be redriven"
    if len(execution["events"]) >= HISTORY_LIMIT:
        return "Execution history event limit exceeded"
    if now - _moment(execution["stopDate"]) > REDRIVABLE_PERIOD:
        return "Execution redrivable period exceeded"
    if execution.get("sync") or execution.get("mapRunArn"):
        return "Execution belongs to a Task or Map Run of another one, and is not redriven here"
    return None


def answered_before(execution: Params, token: str, now: datetime) -> str | None:
    """When a redrive with this token began, if AWS still knows the token."""
    for redrive in execution.get("redrives", ())[-TOKENS_KEPT:]:
        if redrive["token"] == token and now - _moment(redrive["redriveDate"]) <= TOKEN_LIFETIME:
            return str(redrive["redriveDate"])
    return None


def _moment(date: str) -> datetime:
    return datetime.fromisoformat(date)
