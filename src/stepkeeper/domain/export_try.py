"""What becomes of a part of a period: it is tried, completed, tried again, split, or given up."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from stepkeeper.domain.export_layout import data_prefix
from stepkeeper.domain.export_task import task_name
from stepkeeper.domain.ledger import ENDED, Attempt, Entry, Part
from stepkeeper.domain.log_exporter import Broken, Contents
from stepkeeper.domain.period import milliseconds
from stepkeeper.domain.words import span

MOST_TRIES = 3
"""Of one part in one run: a task that somebody cancelled, or that failed for a moment's reason."""

TOO_LONG = timedelta(hours=20)
"""CloudWatch Logs gives an export up after 24 hours (CloudWatch Logs User Guide, exporting to S3). One that
failed after so long is not tried again as it was."""

TOO_LARGE = re.compile(r"tim(e|ed)[ -]?out|too (large|big|long|many|much)|24 hours", re.IGNORECASE)
"""What a task may say that failed because there is too much in it. AWS documents no such messages."""

SMALLEST_MS = 3_600_000
"""A part is never shorter than an hour."""
MOST_PARTS, MOST_ABANDONED = 64, 50


@dataclass(frozen=True)
class Changed:
    """The entry is to become this."""

    entry: Entry
    reason: str


def tried(entry: Entry, at: int, *, run: str | None, now: datetime, retention_days: int | None) -> Entry:
    """A new try at the part with the index `at`, of which nothing is started yet."""
    part = entry.parts[at]
    if entry.run != run or entry.given_up:
        entry = _anew(entry, run)
        part = entry.parts[at]
    tries = part.tries + 1
    name = task_name(log_group=entry.log_group, period=entry.period, began_at=now, tries=tries)
    attempt = Attempt(name, data_prefix(entry, began_at=now, tries=tries), now)
    # A try of which no task was found never was one, and is no reason to give the part up.
    tries_now = part.tries_now + (part.attempt is None)
    tried_part = replace(part, attempt=attempt, abandoned=_abandoned(part), tries=tries, tries_now=tries_now)
    return replace(
        put(entry, at, tried_part), expired_before_ms=_expired_before(entry, part, now, retention_days)
    )


def not_started(entry: Entry, at: int) -> Entry:
    """Somebody else's task was active, so the try that was written down never was."""
    part = entry.parts[at]
    tries_now = max(0, part.tries_now - 1)
    return put(entry, at, replace(part, attempt=None, tries=part.tries - 1, tries_now=tries_now))


def submitted(entry: Entry, at: int, task_id: str) -> Entry:
    """The task of the part's try has this id."""
    part = entry.parts[at]
    if part.attempt is None:
        return entry
    attempt = replace(part.attempt, task_id=task_id)
    return put(entry, at, replace(part, state="submitted", attempt=attempt, reason=None))


def set_aside(entry: Entry, at: int, *, run: str | None, reason: str) -> Entry:
    """How the part goes can not be seen, or not be recorded; its task stays as it is, for the next run."""
    part = replace(entry.parts[at], reason=reason)
    return replace(put(entry, at, part), run=run, given_up=True, refused=True)


def refused(entry: Entry, at: int, *, reason: str) -> Entry:
    """CloudWatch Logs took no task for the part, and would take none for the group's others."""
    part = replace(entry.parts[at], state="failed", attempt=None, reason=reason)
    return replace(put(entry, at, part), given_up=True, refused=True)


def completed(entry: Entry, at: int, contents: Contents) -> Entry:
    """The part is in the bucket, and was counted."""
    part = replace(
        entry.parts[at],
        state="completed" if contents.objects else "empty",
        objects=contents.objects,
        bytes=contents.bytes,
        reason=None,
    )
    return put(entry, at, part)


def failed(entry: Entry, at: int, broken: Broken) -> Changed:
    """The part's task failed: it is tried again, in halves where it was too large, or given up."""
    took, reason = broken.took, broken.reason
    part = entry.parts[at]
    left = _abandoned(part)
    part = replace(part, state="planned", attempt=None, abandoned=left, reason=reason)
    middle = (part.from_ms + part.to_ms) // 2
    if (took >= TOO_LONG or TOO_LARGE.search(reason)) and (
        middle - part.from_ms >= SMALLEST_MS and len(entry.parts) < MOST_PARTS
    ):
        halves = (
            replace(part, to_ms=middle, tries_now=0),
            replace(part, from_ms=middle, tries=0, tries_now=0, abandoned=()),
        )
        parts = (*entry.parts[:at], *halves, *entry.parts[at + 1 :])
        return Changed(replace(entry, parts=parts), f"split in two after {span(took)}: {reason}")
    if part.tries_now < MOST_TRIES:
        return Changed(put(entry, at, part), f"to be tried again: {reason}")
    given_up = replace(put(entry, at, replace(part, state="failed")), given_up=True)
    return Changed(given_up, f"given up after {part.tries_now} tries: {reason}")


def all_ended(entry: Entry) -> bool:
    """Whether only the manifest is missing."""
    return all(part.state in ENDED for part in entry.parts)


def recorded(entry: Entry, key: str) -> Entry:
    """The period's manifest is in the bucket."""
    return replace(entry, manifest=key, run=None, given_up=False, refused=False)


def put(entry: Entry, at: int, part: Part) -> Entry:
    """The entry with another part in this place."""
    return replace(entry, parts=(*entry.parts[:at], part, *entry.parts[at + 1 :]))


def _abandoned(part: Part) -> tuple[str, ...]:
    """The last of them: an item of the table has 400 KB (DynamoDB quotas)."""
    return (*part.abandoned, part.attempt.prefix)[-MOST_ABANDONED:] if part.attempt else part.abandoned


def _anew(entry: Entry, run: str | None) -> Entry:
    """The entry for another run, which tries again what the one before has given up."""
    parts = tuple(
        replace(part, tries_now=0, state="planned" if part.state == "failed" else part.state)
        for part in entry.parts
    )
    return replace(entry, parts=parts, run=run, given_up=False, refused=False)


def _expired_before(entry: Entry, part: Part, now: datetime, retention_days: int | None) -> int | None:
    """Where the period has begun to expire by the time that a part of it is tried."""
    if retention_days is None:
        return entry.expired_before_ms
    oldest = milliseconds(now - timedelta(days=retention_days))
    return max(oldest, entry.expired_before_ms or 0) if oldest > part.from_ms else entry.expired_before_ms
