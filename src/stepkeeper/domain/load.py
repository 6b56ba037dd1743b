"""What one run of a load is about: its key, what its SQL is given, and how long it waits for the data.

All of it follows from the time that the schedule was due at, never from the time of a retry.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from stepkeeper.domain.period import Unit, period_of
from stepkeeper.domain.query import Parameter, Parameters
from stepkeeper.errors import InvalidLoad


@dataclass(frozen=True)
class LoadPlan:
    """A load is done once per `key`. Until `latest` its data is waited for."""

    key: str
    latest: datetime
    parameters: Parameters


def plan_load(
    *,
    load: str,
    due: datetime,
    started_at: datetime,
    zone: ZoneInfo,
    once_per: Unit,
    periods_back: int,
    wait_at_most: timedelta,
    parameters: Mapping[str, Parameter],
    key: str | None,
) -> LoadPlan:
    """The plan of the run that was due at `due`.

    Raises InvalidLoad for a parameter that it sets itself.

    The SQL is given `@period` (2026-W48, 2026-11 or 2026-11-26), `@period_start` and `@period_end` (dates,
    the end is the first day after), and `@run_date` (the date in `zone` at which the run was due).
    """
    period = period_of(due, once_per, zone, back=periods_back)
    own = {
        "period": period.id,
        "period_start": period.start.date().isoformat(),
        "period_end": period.end.date().isoformat(),
        "run_date": due.astimezone(zone).date().isoformat(),
    }
    if taken := sorted(own.keys() & parameters.keys()):
        raise InvalidLoad(f"The parameters {taken} are set from the schedule's time; give yours other names.")
    # In UTC, since clocks may be put forward or back while the data is waited for. Of a time that is still to
    # come, the wait begins at the start: a run's history has room for `wait_at_most` alone.
    latest = min(due, started_at).astimezone(UTC) + wait_at_most
    return LoadPlan(key=f"{load}/{key or period.id}", latest=latest, parameters={**own, **parameters})
