"""What an alert says: enough to act on at night, on a telephone."""

import json
from dataclasses import dataclass
from urllib.parse import quote

from stepkeeper.domain.arn import parse_arn
from stepkeeper.domain.execution import Execution, Failure
from stepkeeper.domain.execution_watchdog import Judgement, Verdict

SUBJECT_CHARACTERS = 99
"""SNS wants fewer than 100, printable ASCII, no line breaks (API reference, Publish)."""

CAUSE_CHARACTERS = 4_000
"""A cause can have 32,768 characters; the start of it names the error, the rest is behind the link."""

HEADLINES: dict[Verdict, str] = {
    "succeeded": "succeeded",
    "late": "is LATE",
    "failed": "FAILED",
    "timed_out": "TIMED OUT",
    "aborted": "was ABORTED",
    "missing": "is MISSING: it did not start",
}

RUN_AGAIN = "look at the run; once the cause is gone, run it again (with the reprocessor, if it was spooled)."

NEXT_STEPS: dict[Verdict, str] = {
    "succeeded": "nothing is to be done.",
    "late": "look at the run; the state that it is in takes longer than it should.",
    "failed": RUN_AGAIN,
    "timed_out": RUN_AGAIN,
    "aborted": RUN_AGAIN,
    "missing": "check that the rule or schedule that starts it is enabled, and see its dead-letter queue.",
}


@dataclass(frozen=True)
class Alert:
    """One message for the alert topic. `attributes` are for subscriptions' filter policies."""

    subject: str
    body: str
    attributes: dict[str, str]


def write_alert(
    state_machine_arn: str, judgement: Judgement, execution: Execution | None, failure: Failure | None
) -> Alert:
    """The alert for a pipeline that did not succeed in time."""
    pipeline = state_machine_arn.rsplit(":", 1)[-1]
    lines = [
        f"{pipeline} {HEADLINES[judgement.verdict]}.",
        "",
        f"What happened: {judgement.reason}.",
        f"Pipeline: {state_machine_arn}",
    ]
    if execution:
        lines += [f"Run: {execution.name}"]
    if failure and failure.error:
        lines += [f"Error: {failure.error}"]
    if failure and failure.cause:
        lines += [f"Cause: {shorten(readable(failure.cause), CAUSE_CHARACTERS)}"]
    lines += ["", f"Next: {NEXT_STEPS[judgement.verdict]}"]
    lines += [f"Look at it: {console_link(execution.arn if execution else state_machine_arn)}"]
    return Alert(
        subject=write_subject(pipeline, HEADLINES[judgement.verdict]),
        body="\n".join(lines),
        attributes={"pipeline": pipeline, "verdict": judgement.verdict},
    )


def write_subject(pipeline: str, headline: str) -> str:
    """A long name gives way to what happened to it; other characters than printable ASCII become `?`."""
    readable = "".join(c if " " <= c <= "~" else "?" for c in pipeline)
    room = SUBJECT_CHARACTERS - len(f"[Stepkeeper]  {headline}")
    return f"[Stepkeeper] {shorten(readable, room)} {headline}"


def console_link(arn: str) -> str:
    """The page of the AWS console that shows a state machine or one of its executions, given its ARN."""
    parts = parse_arn(arn)
    domain = {"aws-cn": "amazonaws.cn", "aws-us-gov": "amazonaws-us-gov.com"}.get(
        parts.partition, "aws.amazon.com"
    )
    page = "v2/executions/details" if parts.resource.startswith("execution:") else "statemachines/view"
    home = f"https://{parts.region}.console.{domain}/states/home?region={parts.region}"
    return f"{home}#/{page}/{quote(arn, safe=':/')}"


def readable(cause: str) -> str:
    """The message of a Lambda function's error, which comes as JSON beside its stack trace."""
    try:
        content = json.loads(cause)
    except (ValueError, RecursionError):
        return cause
    message = content.get("errorMessage") if isinstance(content, dict) else None
    return message if isinstance(message, str) and message else cause


def shorten(text: str, characters: int) -> str:
    """The text, or its beginning and `...`."""
    return text if len(text) <= characters else text[: characters - 3] + "..."
