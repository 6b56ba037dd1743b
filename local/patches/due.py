"""When a schedule is due: the part of a schedule's rules that is pure."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

NextLocalTime = Callable[[datetime], datetime | None]


def at_due(expression: str, zone: ZoneInfo, after: datetime, until: datetime) -> datetime | None:
    """The moment of `at(yyyy-mm-ddThh:mm:ss)` in `zone` if it lies in (after, until]."""
    moment = _exists(datetime.fromisoformat(expression[len("at(") : -1]), zone)
    return moment if moment and after < moment <= until else None


def rate_due(interval: timedelta, anchor: datetime, after: datetime, until: datetime) -> datetime | None:
    """The latest multiple of `interval` since `anchor` that lies in (after, until]."""
    multiples = (until - anchor) // interval
    moment = anchor + multiples * interval
    return moment if multiples > 0 and after < moment else None


def cron_due(next_local: NextLocalTime, zone: ZoneInfo, after: datetime, until: datetime) -> datetime | None:
    """The first time in (after, until] that `next_local` (wall clock to wall clock) gives in `zone`.

    As in Scheduler, a time that the change to summer time leaves out is skipped and one that the change
    back repeats is taken once.
    """
    local = next_local(after.astimezone(zone).replace(tzinfo=None))
    while local:
        moment = _exists(local, zone)
        if moment and moment > until:
            return None
        if moment and moment > after:
            return moment
        local = next_local(local)
    return None


def _exists(local: datetime, zone: ZoneInfo) -> datetime | None:
    moment = local.replace(tzinfo=zone).astimezone(UTC)
    return moment if moment.astimezone(zone).replace(tzinfo=None) == local else None
