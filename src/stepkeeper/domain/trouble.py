"""Whether a pipeline is in such trouble that what depends on it must not start."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from stepkeeper.domain.hold import ANYBODY
from stepkeeper.domain.pipeline import Reopen, ReopenAt
from stepkeeper.domain.schedule import Schedule
from stepkeeper.domain.standing import EndedRun, Standing

AHEAD = timedelta(minutes=2)
"""Whoever looks at a gate looks so far ahead: the watchdog's tick a minute before a start at the latest, and
by two in most cases; and whoever looks after it has to see the same, or would open what it has closed."""

FAILED_HOW = {"FAILED": "failed", "TIMED_OUT": "timed out", "ABORTED": "was aborted"}


@dataclass(frozen=True)
class Trouble:
    """What is wrong with an upstream, since when, and the run that shows it, if one does."""

    since: datetime
    reason: str
    run: EndedRun | None = None


def trouble_of(
    standing: Standing,
    schedule: Schedule | None,
    downstream: Schedule | None,
    *,
    until: datetime,
    now: datetime,
) -> Trouble | None:
    """Why the downstream is not to start at its last start time up to `until`; None where it may.

    The upstream failed, whenever that was; or what it was to start before that time has not succeeded: it
    is late, or missing. Without a schedule of either nothing can be said of that, nor of an upstream of whose
    runs nothing is known yet.
    """
    ended, start = standing.ended, _needed_start(schedule, downstream, until=until, now=now)
    if ended and standing.has_failed:
        how = f"{FAILED_HOW.get(ended.status, 'failed')} at {_text(ended.stopped_at)}"
        if start and start > ended.stopped_at:  # another trouble: people may have let go of the one before
            return Trouble(start, f"{how}, and has not succeeded since its start at {_text(start)}", ended)
        return Trouble(ended.stopped_at, how, ended)
    if start is None or not standing.is_known or standing.succeeded_since(start):
        return None
    return Trouble(start, f"has not succeeded since its start at {_text(start)}")


def _needed_start(
    schedule: Schedule | None, downstream: Schedule | None, *, until: datetime, now: datetime
) -> datetime | None:
    """The last start of the upstream before the last one of the downstream up to `until`."""
    its_start = downstream.previous_start(until) if downstream else None
    if schedule is None or its_start is None:
        return None
    return schedule.previous_start(min(now, its_start - datetime.resolution))


def is_wanted(
    trouble: Trouble | None, *, owner: str, reopen: Reopen, released: Mapping[str, datetime], now: datetime
) -> bool:
    """Whether the trouble of `owner` is to hold a gate closed.

    It is not where people let go of the gate after it began, and not after the time of day at which the
    operator wants the gate to open whatever has become of the upstream.
    """
    if trouble is None:
        return False
    let_go = [released[name] for name in (owner, ANYBODY) if name in released]
    if let_go and trouble.since <= max(let_go):
        return False
    return not isinstance(reopen, ReopenAt) or now < next_opening(reopen, trouble.since)


def lets_go(reopen: Reopen, *, held_since: datetime | None, now: datetime) -> bool:
    """Whether an upstream whose trouble is over, or no longer counts, lets go of a gate by itself."""
    match reopen:
        case "on-success":
            return True
        case "by-hand":
            return False
        case ReopenAt():
            return held_since is None or now >= next_opening(reopen, held_since)


def next_opening(reopen: ReopenAt, since: datetime) -> datetime:
    """The first moment after `since` at which the clock shows the time; a skipped one, an hour later."""
    day = since.astimezone(reopen.zone).date()
    # Compared in UTC: within a zone, Python does not see that an hour comes twice.
    today, tomorrow = (
        datetime.combine(each, reopen.time, reopen.zone).astimezone(UTC)
        for each in (day, day + timedelta(days=1))
    )
    return today if today > since else tomorrow


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M %Z")
