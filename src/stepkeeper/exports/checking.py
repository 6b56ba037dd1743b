"""Looks how an export task goes, and records what became of it."""

from typing import Any, assert_never

from botocore.exceptions import ClientError

from stepkeeper import clock
from stepkeeper.aws import logs, outages, s3
from stepkeeper.aws.clients import client
from stepkeeper.domain import export_try as rules
from stepkeeper.domain.export_layout import manifest_key
from stepkeeper.domain.export_manifest import manifest
from stepkeeper.domain.ledger import ENDED, Attempt, Entry
from stepkeeper.domain.log_exporter import Broken, Complete, Contents, Running, judge
from stepkeeper.errors import ExportTaskNotFound
from stepkeeper.exports.submitting import Place, write


def check(place: Place, entry: Entry, at: int, *, run: str | None) -> dict[str, Any]:
    """How the part goes: `running`, `completed`, or `failed`, whatever is to be done about that.

    Where AWS refuses to tell or to take it, the log group is left alone in this run, and others go on.
    """
    try:
        return _check(place, entry, at)
    except ClientError as error:
        if outages.is_outage(error):
            raise
        reason = f"how its export goes could not be seen or recorded: {error}"
        write(place, rules.set_aside(entry, at, run=run, reason=reason))
        return _answer("failed", reason)


def _check(place: Place, entry: Entry, at: int) -> dict[str, Any]:
    part = entry.parts[at]
    if part.state in ENDED:
        return _recorded(place, entry, f"{part.objects} objects were counted before")
    if part.attempt is None or part.attempt.task_id is None:
        return _answer("failed", part.reason or "no task was started")
    match _judged(part.attempt.task_id):
        case Running(reason):
            return _answer("running", reason)
        case Broken() as broken:
            changed = rules.failed(entry, at, broken)
            write(place, changed.entry)
            return _answer("failed", changed.reason)
        case Complete():
            counted = _counted(place, part.attempt)
            entry = rules.completed(entry, at, counted)
            return _recorded(place, entry, f"{counted.objects} objects with {counted.bytes} bytes")
        case never:
            assert_never(never)


def _judged(task_id: str) -> Running | Complete | Broken:
    try:
        return judge(logs.describe_export_task(client("logs"), task_id))
    except ExportTaskNotFound as error:
        return Broken.at_once(str(error))


def _counted(place: Place, attempt: Attempt) -> Contents:
    return s3.exported(client("s3"), place.bucket, attempt.prefix)


def _recorded(place: Place, entry: Entry, reason: str) -> dict[str, Any]:
    """The manifest comes first: what the ledger calls completed has one."""
    if not rules.all_ended(entry):
        write(place, entry)
        return _answer("completed", f"{reason}; a part of {entry.period}")
    if entry.manifest is None:
        key, text = manifest_key(entry), manifest(entry, bucket=place.bucket, now=clock.now())
        s3.put_text(client("s3"), place.bucket, key, text, content_type="application/json")
        entry = write(place, rules.recorded(entry, key))
    return _answer("completed", reason) | {
        "manifest": entry.manifest,
        "objects": entry.objects,
        "bytes": entry.bytes,
    }


def _answer(progress: str, reason: str) -> dict[str, Any]:
    return {"progress": progress, "reason": reason}
