"""Puts a failure on the spool, or into quarantine once it has failed too often.

Whoever tells of a failure first is believed: a Catch, an event, the reconciler. The order is: look, send,
remember. What breaks off in between is told again, and at worst sent twice, which the reprocessor sees.
"""

from dataclasses import dataclass
from datetime import datetime

from stepkeeper.aws import lineages, sqs
from stepkeeper.aws.clients import client
from stepkeeper.domain.envelope import Envelope
from stepkeeper.domain.error_spooler import why_quarantined
from stepkeeper.domain.failure import FailureRecord
from stepkeeper.spool.places import Places
from stepkeeper.spool.redriven import note_redrive


@dataclass(frozen=True)
class Kept:
    """Where a failure is kept. `anew`: it was not known before."""

    message_id: str
    quarantined: bool
    anew: bool


def keep(
    places: Places,
    envelope: Envelope,
    *,
    max_attempts: int,
    started_at: datetime | None,
    resumable: bool | None,
    now: datetime,
) -> Kept:
    """Keeps a failure; returns only once SQS has it."""
    record = lineages.read_record(client("dynamodb"), places.state_table, envelope.key)
    namesake = record is not None and record.is_of_namesake(started_at)
    if record and record.spooled_at and record.message_id and not namesake:
        _note_redrive(places, envelope, now)
        return Kept(record.message_id, quarantined=bool(record.quarantined_at), anew=False)
    reason = why_quarantined(envelope.attempt, max_attempts=max_attempts)
    attributes = envelope.attributes()
    if reason:
        attributes |= {"reason": reason, "quarantined_at": now.isoformat(timespec="seconds")}
    queue = places.quarantine_queue_url if reason else places.spool_queue_url
    message_id = sqs.send(client("sqs"), queue, envelope.body(), attributes)
    facts = FailureRecord(
        key=envelope.key,
        state_machine_arn=envelope.state_machine_arn,
        execution_arn=envelope.execution_arn,
        error=envelope.error,
        failed_at=envelope.failed_at,
        started_at=started_at,
        resumable=resumable,
        spooled_at=now,
        message_id=message_id,
        quarantined_at=now if reason else None,
        quarantine_reason=reason,
    )
    lineages.write_spooled(client("dynamodb"), places.state_table, facts, afresh=namesake, now=now)
    _note_redrive(places, envelope, now)
    return Kept(message_id, quarantined=bool(reason), anew=True)


def _note_redrive(places: Places, envelope: Envelope, now: datetime) -> None:
    """Each time that the failure is told of: the time before may have broken off here."""
    if envelope.execution_arn and envelope.redrive_count:
        note_redrive(
            places.state_table,
            envelope.execution_arn,
            redrive_count=envelope.redrive_count,
            state_machine_arn=envelope.state_machine_arn,
            now=now,
        )
