"""Starts the export task of a part of a period, once, whatever breaks off in between."""

from dataclasses import dataclass
from datetime import timedelta

from botocore.exceptions import ClientError

from stepkeeper import clock
from stepkeeper.aws import ledger, logs, outages
from stepkeeper.aws.clients import client, client_that_asks_once
from stepkeeper.domain import export_try as rules
from stepkeeper.domain.export_task import own_task, who_has_the_slot
from stepkeeper.domain.ledger import ENDED, Attempt, Entry
from stepkeeper.errors import AwsUnavailable
from stepkeeper.exports.errors import ExportContended, ExportPeriodUnknown, LimitExceededException

CLOCKS_DIFFER = timedelta(minutes=15)
"""A task may have been created before the try at it was written down, by the clock of CloudWatch Logs."""

FOR_NOW = ("OperationAbortedException", "ResourceAlreadyExistsException")
"""Refusals of CreateExportTask that pass: another call was in the way, or a task of ours may be there."""

SHOWN_FOR = timedelta(hours=25)
"""An active task is not older than that: CloudWatch Logs gives one up after 24 hours."""


@dataclass(frozen=True)
class Place:
    """Where the ledger is, and where exports go."""

    state_table: str
    bucket: str


def read(place: Place, log_group: str, period: str, edition: int, from_ms: int) -> tuple[Entry, int]:
    """The entry of a period, and the index of its part. Raises ExportPeriodUnknown."""
    entry = ledger.read_entry(client("dynamodb"), place.state_table, log_group, period, edition=edition)
    for at, part in enumerate(entry.parts if entry else ()):
        if entry and part.from_ms == from_ms:
            return entry, at
    raise ExportPeriodUnknown(
        f"The ledger has no period {period} of {log_group}, edition {edition}, with a part from {from_ms} on."
    )


def write(place: Place, entry: Entry) -> Entry:
    """Raises ExportContended where somebody else has changed the entry since it was read."""
    written = ledger.write_entry(client("dynamodb"), place.state_table, entry)
    if written is None:
        raise ExportContended(f"{entry.log_group} {entry.period} was changed by somebody else; call again.")
    return written


def submit(
    place: Place, entry: Entry, at: int, *, run: str | None, retention_days: int | None
) -> tuple[str | None, str]:
    """The id of the part's task, and how it came to be; None where none could be started.

    Raises LimitExceededException while another task is active, and botocore's errors as they come.
    """
    part = entry.parts[at]
    if part.state in ENDED and part.attempt:
        return part.attempt.task_id, "the part was exported before"
    if part.attempt and part.attempt.task_id:
        return part.attempt.task_id, "the task was started before"
    if part.attempt and (found := _adopted(place, part.attempt)):
        write(place, rules.submitted(entry, at, found))
        return found, "found the task whose answer was lost"
    entry = write(place, rules.tried(entry, at, run=run, now=clock.now(), retention_days=retention_days))
    return _create(place, entry, at)


def _adopted(place: Place, attempt: Attempt) -> str | None:
    """The id of the task that was started for this try, if it was."""
    tasks = logs.export_tasks(client("logs"), since=attempt.began_at - CLOCKS_DIFFER)
    own = own_task(tasks, attempt, bucket=place.bucket)
    return own.id if own else None


def _create(place: Place, entry: Entry, at: int) -> tuple[str | None, str]:
    part = entry.parts[at]
    attempt = part.attempt
    assert attempt  # noqa: S101 - `tried` has just given it
    try:
        task_id = logs.create_export_task(
            client_that_asks_once("logs"),
            log_group=entry.log_group,
            from_ms=part.from_ms,
            to_ms=part.to_ms,
            bucket=place.bucket,
            attempt=attempt,
        )
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if outages.is_outage(error) or code in FOR_NOW:
            raise AwsUnavailable(f"The export of {entry.log_group} {entry.period}: {error}") from error
        if code == "LimitExceededException":
            raise LimitExceededException(_take_back(place, entry, at)) from error
        reason = f"CloudWatch Logs took no export task: {error}"
        write(place, rules.refused(entry, at, reason=reason))
        return None, reason
    write(place, rules.submitted(entry, at, task_id))
    return task_id, "started"


def _take_back(place: Place, entry: Entry, at: int) -> str:
    """The try that was refused never was. Says what it has to wait for."""
    write(place, rules.not_started(entry, at))
    has_it = who_has_the_slot(logs.export_tasks(client("logs"), since=clock.now() - SHOWN_FOR))
    return (
        f"{entry.log_group} {entry.period} has to wait: the one export that CloudWatch Logs runs at a "
        f"time in an account and Region is {has_it}."
    )
