"""The schedule of a gate: when it starts its pipeline, as EventBridge would."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from stepkeeper.domain.cron import parse_cron
from stepkeeper.domain.timing import AtRate, ByCalendar, Once, Timing, moment_of
from stepkeeper.errors import InvalidSchedule, ScheduleNotAnchored

BEGIN = datetime(1969, 12, 31, tzinfo=UTC)
END = datetime(2200, 1, 2, tzinfo=UTC)
"""Cron expressions go from 1970 through 2199; the day more at either end is for the time zones."""

FORMS = "'cron(FIELDS)', 'rate(VALUE UNIT)' or 'at(yyyy-mm-ddThh:mm:ss)'"

MAX_LENGTH = 256
"""Of an expression (API references of EventBridge and EventBridge Scheduler)."""

RATE = re.compile(r"([1-9][0-9]{0,5})\s+(minute|hour|day)(s?)")
AT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}")


@dataclass(frozen=True)
class Schedule:
    """The starts that `timing` gives from `starts_at` through `ends_at`. All moments are in UTC."""

    expression: str
    timing: Timing
    starts_at: datetime = BEGIN
    ends_at: datetime = END

    def starts_between(self, after: datetime, until: datetime) -> Iterator[datetime]:
        """The starts after `after` and not after `until`, found as they are asked for."""
        first = max(_in_utc(after) + datetime.resolution, self.starts_at)
        return self.timing.starts(first, min(_in_utc(until), self.ends_at))

    def next_start(self, after: datetime) -> datetime | None:
        """The first start after `after`."""
        return next(self.starts_between(after, END), None)

    def previous_start(self, at: datetime) -> datetime | None:
        """The last start at `at` or before."""
        last = min(_in_utc(at), self.ends_at)
        return next(self.timing.starts(self.starts_at, last, latest_first=True), None)


def parse_schedule(
    expression: str,
    *,
    time_zone: tzinfo,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    anchor: datetime | None = None,
) -> Schedule:
    """The schedule of a rule, whose time zone is UTC, or of a schedule of EventBridge Scheduler.

    What EventBridge takes is taken, and a little more where the meaning is plain, since most expressions
    are read from EventBridge, which refused the others. A rate counts from `starts_at`, else from
    `anchor`, its first start; EventBridge does not tell it.

    Raises InvalidSchedule and ScheduleNotAnchored.
    """
    text = expression.strip()
    match = re.fullmatch(r"(cron|rate|at)\((.*)\)", text)
    if not match or len(text) > MAX_LENGTH:
        raise InvalidSchedule(
            f"{text[:MAX_LENGTH]!r} is no schedule expression: it is written {FORMS}, "
            f"in at most {MAX_LENGTH} characters."
        )
    kind, body = match.groups()
    try:
        timing = _timing(kind, body, time_zone=time_zone, anchor=starts_at or anchor)
    except ValueError as error:
        raise InvalidSchedule(f"{text!r} is no schedule expression: {error}.") from error
    if kind == "at":  # EventBridge Scheduler ignores StartDate and EndDate of these (API reference).
        return Schedule(text, timing)
    return Schedule(text, timing, _in_utc(starts_at or BEGIN), _in_utc(ends_at or END))


def _timing(kind: str, body: str, *, time_zone: tzinfo, anchor: datetime | None) -> Timing:
    if kind == "cron":
        return ByCalendar(parse_cron(body), time_zone)
    if kind == "at":
        if not AT.fullmatch(body):
            raise ValueError("a moment is written yyyy-mm-ddThh:mm:ss, in the time zone of the schedule")
        return Once(moment_of(datetime.fromisoformat(body).replace(tzinfo=time_zone)))
    every = _span(body)
    if anchor is None:
        raise ScheduleNotAnchored(
            f"rate({body}) counts from its first start, which EventBridge tells only of a schedule with a "
            "StartDate. Give the gate a cron expression, or a schedule with a StartDate."
        )
    return AtRate(every, _in_utc(anchor))


def _span(text: str) -> timedelta:
    """The guide of rules asks for `1 day`, the guide of EventBridge Scheduler lists `days` alone."""
    match = RATE.fullmatch(text.strip())
    if not match or (int(match[1]) > 1 and not match[3]):
        raise ValueError(
            f"{text!r} is not '1 minute', '1 hour' or '1 day', "
            "nor a whole number from 2 to 999999 of minutes, hours or days"
        )
    return timedelta(**{f"{match[2]}s": int(match[1])})


def _in_utc(moment: datetime) -> datetime:
    """In UTC, and no further away than a start can be."""
    return min(max(moment, BEGIN), END).astimezone(UTC)
