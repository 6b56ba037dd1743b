"""Carries out what was decided on one run: start it, redrive it, or put it into quarantine."""

from datetime import datetime
from typing import assert_never

from botocore.exceptions import BotoCoreError, ClientError

from stepkeeper.aws import answers, failed_runs, lineages, sqs, step_functions
from stepkeeper.aws.clients import client
from stepkeeper.aws.outages import SLOW_DOWN
from stepkeeper.domain.failure import FailureKey
from stepkeeper.domain.outcome import Outcome, outcome_of_refusal
from stepkeeper.domain.plan import Source
from stepkeeper.domain.reprocessor import Decision, Leave, Quarantine, Redrive, Settled, Start
from stepkeeper.domain.verdict import ENDED_IN_FAIL
from stepkeeper.spool.places import Places

REASON_CHARACTERS = 1024
"""The attributes of a message count towards its size, which may be near its limit."""


def carry_out(
    places: Places,
    decision: Decision,
    message: sqs.Message,
    key: FailureKey,
    *,
    source: Source,
    now: datetime,
) -> Outcome:
    """What became of it; what can't be settled is said, not raised.

    Other messages are seen to at the same time, and those that were settled have to be deleted.
    """
    try:
        match decision:
            case Start():
                outcome = _start(decision)
            case Redrive():
                outcome = _redrive(places, decision)
            case Quarantine():
                outcome = Outcome("never", decision.reason)
            case Settled():
                return Outcome("dropped", decision.reason)
            case Leave():
                return Outcome(decision.kind, decision.reason)
            case _:
                assert_never(decision)
        if outcome.kind != "never":
            return outcome
        if source == "quarantine":
            return Outcome("left", outcome.reason)
        return _quarantine(places, message, key, outcome.reason, now)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        throttled = code in SLOW_DOWN or outcome_of_refusal(code, "").kind == "throttled"
        return Outcome("throttled" if throttled else "broken", f"message {message.id}: {error}")
    except BotoCoreError as error:
        return Outcome("broken", f"message {message.id}: {error}")


def _start(start: Start) -> Outcome:
    try:
        step_functions.start_execution(
            client("stepfunctions"),
            state_machine_arn=start.run.state_machine_arn,
            name=start.run.name,
            input=start.input,
        )
    except ClientError as error:
        return outcome_of_refusal(error.response["Error"]["Code"], str(error))
    return Outcome("started", start.run.name)


def _redrive(places: Places, order: Redrive) -> Outcome:
    """Redrives an execution, unless it was redriven since it failed as the message says."""
    executions, arn, count = client("stepfunctions"), order.execution_arn, order.run.redrive_count
    run = failed_runs.describe_run(executions, arn)
    if run and run.redrive_count > count:
        return Outcome("duplicate", f"{arn} was redriven already")
    if order.resumable is None:
        state = failed_runs.last_state(executions, arn)
        if state and state.is_fail:
            table, key = places.state_table, order.run.key
            answers.give_up_redrive(client("dynamodb"), table, key, reason=ENDED_IN_FAIL)
            return Outcome("left", f"{arn}: {ENDED_IN_FAIL}")
    if run and failed_runs.redrive(executions, arn, token=f"{order.run.key.lineage}-{count}"):
        return Outcome("redriven", arn)
    run = failed_runs.describe_run(executions, arn)
    if run and run.redrive_count > count:
        return Outcome("duplicate", f"{arn} was redriven meanwhile")
    if run and (run.redrivable or run.status == "RUNNING"):
        return Outcome("left", f"{arn} could not be redriven now, and may be later")
    reason = run.not_redrivable_because if run else "Step Functions does not know the execution any more"
    answers.give_up_redrive(client("dynamodb"), places.state_table, order.run.key, reason=reason)
    return Outcome("left", f"{arn} can not be redriven: {reason}")


def _quarantine(places: Places, message: sqs.Message, key: FailureKey, reason: str, now: datetime) -> Outcome:
    """Sends the message on to the quarantine, as it is, with the reason beside it."""
    attributes = {
        "reason": reason[:REASON_CHARACTERS],
        "spool_message_id": message.id,
        sqs.FIRST_MESSAGE_ID: message.id,  # what is no envelope is known by it alone
        "quarantined_at": now.isoformat(timespec="seconds"),
    }
    own = [(name, value) for name, value in message.attributes.items() if name not in attributes]
    attributes |= own[: sqs.ATTRIBUTES - len(attributes)]
    sqs.send(client("sqs"), places.quarantine_queue_url, message.body, attributes)
    lineages.write_quarantined(client("dynamodb"), places.state_table, key, reason=reason, now=now)
    return Outcome("quarantined", reason)
