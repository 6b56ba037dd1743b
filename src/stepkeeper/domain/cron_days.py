"""The days that a cron expression means by its day-of-month and day-of-week."""

import calendar
import re
from collections.abc import Callable
from datetime import date

from stepkeeper.domain.cron_field import Field, number, numbers

DayRule = Callable[[date], bool]
"""Whether a day is one of them."""

DAY_OF_MONTH = Field("day-of-month", 1, 31, ", - * ? / L W")
DAY_OF_WEEK = Field("day-of-week", 1, 7, ", - * ? / L #", ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"))

SATURDAY = 7


def day_of_month_rule(text: str) -> DayRule:
    """The rule of a day-of-month in capital letters, such as `1,15`, `L`, `L-2`, `LW` or `15W`.

    Raises ValueError, with the reason.
    """
    return _any_of([_day_of_month(item) for item in text.split(",")])


def day_of_week_rule(text: str) -> DayRule:
    """The rule of a day-of-week in capital letters, such as `MON-FRI`, `L`, `6L` or `3#2`.

    Raises ValueError, with the reason.
    """
    if "#" in text:
        return _nth_weekday(text)
    return _any_of([_day_of_week(item) for item in text.split(",")])


def _any_of(rules: list[DayRule]) -> DayRule:
    return rules[0] if len(rules) == 1 else lambda day: any(rule(day) for rule in rules)


def _day_of_month(item: str) -> DayRule:
    if item == "LW":
        return lambda day: day.day == _nearest_weekday(day, _last_of_month(day))
    if match := re.fullmatch(r"L(?:-([1-9]|[12][0-9]|30))?", item):
        before = int(match[1] or 0)
        return lambda day: day.day == _last_of_month(day) - before
    if match := re.fullmatch(r"([0-9]+)W", item):
        wanted = number(match[1], DAY_OF_MONTH)
        return lambda day: day.day == _nearest_weekday(day, wanted)
    days = numbers(item, DAY_OF_MONTH)
    return lambda day: day.day in days


def _day_of_week(item: str) -> DayRule:
    if item == "L":
        return lambda day: _weekday(day) == SATURDAY
    if item.endswith("L"):
        wanted = number(item.removesuffix("L"), DAY_OF_WEEK)
        return lambda day: _weekday(day) == wanted and day.day > _last_of_month(day) - 7
    weekdays = numbers(item, DAY_OF_WEEK)
    return lambda day: _weekday(day) in weekdays


def _nth_weekday(text: str) -> DayRule:
    """AWS takes one '#', and nothing beside it (EventBridge User Guide, "Cron expressions reference")."""
    match = re.fullmatch(r"([0-9A-Z]+)#([1-5])", text)
    if not match:
        raise ValueError("'#' goes between one day and its number in the month, from 1 to 5, as in 3#2")
    wanted, nth = number(match[1], DAY_OF_WEEK), int(match[2])
    return lambda day: _weekday(day) == wanted and (day.day - 1) // 7 == nth - 1


def _weekday(day: date) -> int:
    return day.isoweekday() % 7 + 1


def _last_of_month(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _nearest_weekday(month: date, wanted: int) -> int | None:
    """The day from Monday to Friday nearest to the `wanted` one, in the same month.

    None where the month is too short for it: AWS then leaves the month out.
    """
    last = _last_of_month(month)
    if wanted > last:
        return None
    match month.replace(day=wanted).isoweekday():
        case 6:
            return wanted - 1 if wanted > 1 else 3
        case 7:
            return wanted + 1 if wanted < last else last - 2
    return wanted
