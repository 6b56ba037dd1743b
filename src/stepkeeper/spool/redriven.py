"""Remembers a redrive that was made past the spool, so that the message of its failure is not run."""

from datetime import datetime

from stepkeeper.aws import answers
from stepkeeper.aws.clients import client
from stepkeeper.domain.error_spooler import failure_key_of
from stepkeeper.errors import AwsUnavailable


def note_redrive(
    state_table: str, execution_arn: str, *, redrive_count: int, state_machine_arn: str, now: datetime
) -> bool:
    """Notes that an execution was redriven for the `redrive_count`th time.

    False where the failure before that was answered otherwise, by a restart for example. Raises
    AwsUnavailable where it can't be noted now.
    """
    redriven = answers.Claim(
        key=failure_key_of(execution_arn, redrive_count=redrive_count - 1),
        answer="redrive",
        answered_as=execution_arn,
        edited_at=None,
        state_machine_arn=state_machine_arn,
        execution_arn=execution_arn,
        whatever_was_edited=True,
    )
    refused = answers.claim(client("dynamodb"), state_table, [redriven], now=now).get(redriven.key)
    if refused not in (None, answers.OTHERWISE_ANSWERED):
        raise AwsUnavailable(f"the redrive of {execution_arn} could not be noted: {refused}")
    return refused is None
