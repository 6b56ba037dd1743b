"""How short the retention of a log group may be, so that no period is gone before it is exported."""

from datetime import timedelta

from stepkeeper.domain.period import Unit

RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
"""What CloudWatch Logs takes (API reference, PutRetentionPolicy)."""

LEAST_DAYS: dict[Unit, int] = {"day": 3, "week": 14, "month": 90}
"""With the usual settling, each leaves at least a day and a half to export a period."""

LONGEST_DAYS: dict[Unit, int] = {"day": 1, "week": 7, "month": 31}


def least_retention(unit: Unit, settle: timedelta) -> int:
    """The least days of retention with which a period is still there a day after it has settled."""
    needed = timedelta(days=LONGEST_DAYS[unit] + 1) + settle
    return next(
        days for days in RETENTION_DAYS if days >= LEAST_DAYS[unit] and timedelta(days=days) >= needed
    )
