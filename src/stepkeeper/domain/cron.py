"""A cron expression of EventBridge, and what the clock shows whenever it is met.

Read here, not by a library: those at hand have other numbers for the days of the week, know no year,
or stop at LW and at what happens seldom. None has the rules of AWS for clock changes.
"""

import calendar
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from stepkeeper.domain.cron_days import (
    DAY_OF_MONTH,
    DAY_OF_WEEK,
    DayRule,
    day_of_month_rule,
    day_of_week_rule,
)
from stepkeeper.domain.cron_field import Field, numbers

T = TypeVar("T")

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")

MINUTE = Field("minute", 0, 59)
HOUR = Field("hour", 0, 23)
MONTH = Field("month", 1, 12, names=MONTHS)
YEAR = Field("year", 1970, 2199, cyclic=False)


@dataclass(frozen=True)
class Cron:
    """The readings of the clock that an expression names."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    months: tuple[int, ...]
    years: tuple[int, ...]
    falls_on: DayRule

    def readings(self, first: datetime, last: datetime, *, latest_first: bool = False) -> Iterator[datetime]:
        """The readings from `first` through `last`, which have one time zone; `fold` is 0.

        Among them are those that the clock skips when it is put forward.
        """
        order = reversed if latest_first else iter
        for day in self._days(first.date(), last.date(), latest_first=latest_first):
            earliest = first.hour if day == first.date() else 0
            latest = last.hour if day == last.date() else 23
            for hour in order(self.hours):
                if not earliest <= hour <= latest:
                    continue
                for minute in order(self.minutes):
                    reading = datetime(day.year, day.month, day.day, hour, minute, tzinfo=first.tzinfo)
                    if first <= reading <= last:
                        yield reading

    def _days(self, first: date, last: date, *, latest_first: bool) -> Iterator[date]:
        order = reversed if latest_first else iter
        for year in order(self.years):
            if not first.year <= year <= last.year:
                continue
            for month in order(self.months):
                if not (first.year, first.month) <= (year, month) <= (last.year, last.month):
                    continue
                for number in order(range(1, calendar.monthrange(year, month)[1] + 1)):
                    day = date(year, month, number)
                    if first <= day <= last and self.falls_on(day):
                        yield day


def parse_cron(text: str) -> Cron:
    """What stands between the brackets of `cron(...)`: six fields. Raises ValueError, with the reason."""
    fields = text.upper().split()
    if len(fields) != 6:
        raise ValueError(
            f"it has {len(fields)} fields and needs 6: minute, hour, day-of-month, month, day-of-week, year"
        )
    minute, hour, day_of_month, month, day_of_week, year = fields
    if (day_of_month == "?") == (day_of_week == "?"):
        raise ValueError(
            f"day-of-month is {day_of_month!r} and day-of-week is {day_of_week!r}, "
            "but one of them has to be '?', and only one"
        )
    if day_of_week == "?":
        falls_on = _read(day_of_month, DAY_OF_MONTH, day_of_month_rule)
    else:
        falls_on = _read(day_of_week, DAY_OF_WEEK, day_of_week_rule)
    return Cron(
        minutes=_numbers(minute, MINUTE),
        hours=_numbers(hour, HOUR),
        months=_numbers(month, MONTH),
        years=_numbers(year, YEAR),
        falls_on=falls_on,
    )


def _numbers(text: str, field: Field) -> tuple[int, ...]:
    return _read(text, field, lambda text: numbers(text, field))


def _read(text: str, field: Field, read: Callable[[str], T]) -> T:
    try:
        return read(text)
    except ValueError as error:
        raise ValueError(
            f"{field.name} is {text!r}, but {error}; it takes {field.values} and {field.wildcards}"
        ) from error
