"""What a person does to a single run that waits: give it another input, or drop it.

The decision is written into the state table first, where every reprocessor sees it; the message follows.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from stepkeeper.aws import edits_and_drops, failed_runs, lineages, sqs
from stepkeeper.aws.clients import client
from stepkeeper.domain.failure import Edit, FailureRecord
from stepkeeper.domain.plan import Source
from stepkeeper.domain.spooled_run import SpooledRun, Unreadable, read_message
from stepkeeper.spool.errors import AlreadyAnswered, NotWaiting
from stepkeeper.spool.places import Places
from stepkeeper.spool.scan import Scan

SOURCES: tuple[Source, ...] = ("spool", "quarantine")

IN_HAND_FOR = timedelta(minutes=11)
"""No call lasts longer (template.yaml). SQS may give us what another call holds, and is about to run."""


@dataclass(frozen=True)
class Found:
    """The run of a lineage that waits, where it does, and the message that it is in."""

    run: SpooledRun | Unreadable
    source: Source
    message: sqs.Message
    scan: Scan


@dataclass(frozen=True)
class Desk:
    """Where a person decides on single runs, at one moment."""

    places: Places
    default_state_machine_arn: str | None
    now: datetime

    def edit(self, lineage: str, input: str, *, reason: str) -> Found:
        """Gives the run of a lineage that waits another input; out of quarantine it goes back to the spool.

        Raises NotWaiting, AlreadyAnswered.
        """
        with self._waiting(lineage) as found:
            known = self._known(found.run)
            if isinstance(found.run, Unreadable) or known.answer == "drop":
                raise NotWaiting(f"What is left of lineage {lineage} can't be run, whatever its input.")
            new, table = Edit(input, self.now, reason), self.places.state_table
            if not edits_and_drops.write_edit(
                client("dynamodb"),
                table,
                found.run.key,
                new,
                instead=known.answer,
                claimed_at=known.claimed_at,
            ):
                raise AlreadyAnswered(f"{found.run.key} is being answered just now; nothing was edited.")
            if found.source == "quarantine":
                # What is no envelope is known, and was edited, by the id that it had at first.
                attributes = {**found.message.attributes, sqs.FIRST_MESSAGE_ID: found.message.id}
                sqs.send(client("sqs"), self.places.spool_queue_url, found.message.body, attributes)
                self._delete(found)
            return found

    def drop(self, lineage: str, *, reason: str) -> Found:
        """Drops the run of a lineage that waits: it is not run again. Raises NotWaiting, AlreadyAnswered."""
        with self._waiting(lineage) as found:
            known, table = self._known(found.run), self.places.state_table
            if not edits_and_drops.write_drop(
                client("dynamodb"),
                table,
                found.run.key,
                reason=reason,
                instead=known.answer,
                claimed_at=known.claimed_at,
                now=self.now,
            ):
                raise AlreadyAnswered(f"{found.run.key} is being answered just now; nothing was dropped.")
            self._delete(found)
            return found

    @contextmanager
    def _waiting(self, lineage: str) -> Iterator[Found]:
        """Holds the message of a lineage's last failure, so that nobody runs it meanwhile."""
        with ExitStack() as scans:
            found = [each for source in SOURCES for each in self._messages_of(lineage, source, scans)]
            if not found:
                raise NotWaiting(
                    f"No run of lineage {lineage} waits on the spool or in quarantine now. It may be in the "
                    'hands of another call for up to eleven minutes; {"action": "history"} says what became '
                    "of it."
                )
            yield max(found, key=lambda each: each.run.key.attempt)

    def _messages_of(self, lineage: str, source: Source, scans: ExitStack) -> Iterator[Found]:
        """All messages of a lineage: one of an earlier failure may still be there."""
        default = self.default_state_machine_arn
        scan = scans.enter_context(Scan(self.places.queue_url(source)))
        for message in scan.messages():
            run = read_message(message.body, message_id=message.id, default_state_machine_arn=default)
            if run.key.lineage == lineage:
                yield Found(run, source, message, scan)

    def _known(self, run: SpooledRun | Unreadable) -> FailureRecord:
        """The record of a failure, if no run has come or can come of its answer. Raises AlreadyAnswered."""
        record = lineages.read_record(client("dynamodb"), self.places.state_table, run.key)
        record = record or FailureRecord(run.key)
        answer = record.answer
        if isinstance(run, Unreadable) or answer in (None, "drop"):
            return record
        answered_as = run.execution_arn if answer == "redrive" else run.rerun_arn
        given = failed_runs.describe_run(client("stepfunctions"), answered_as) if answered_as else None
        if given and not (answer == "redrive" and given.redrive_count == run.redrive_count):
            raise AlreadyAnswered(
                f"{run.key} was answered already, by a {answer}; its message goes with the next call that "
                "runs what is on the spool. Nothing was changed."
            )
        if record.claimed_at and self.now - record.claimed_at < IN_HAND_FOR:
            raise AlreadyAnswered(
                f"A call may be about to {answer} {run.key} just now. Nothing was changed; in eleven minutes "
                "it can be."
            )
        return record

    def _delete(self, found: Found) -> None:
        found.scan.take_out(found.message)
        sqs.delete(client("sqs"), self.places.queue_url(found.source), [found.message])
