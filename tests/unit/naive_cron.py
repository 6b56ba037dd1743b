"""The starts of a cron expression, found the slow way: ask of every minute whether it is one."""

import calendar
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo

MINUTE = timedelta(minutes=1)
LONGEST_REPETITION = timedelta(hours=3)
NAMES = {name.upper(): str(number) for number, name in enumerate(calendar.month_abbr) if name} | {
    name: str(number) for number, name in enumerate(["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"], 1)
}


def starts(expression: str, zone: tzinfo, after: datetime, until: datetime) -> list[datetime]:
    """Every minute in (after, until] at which the clock shows for the first time what is asked for."""
    found = []
    shown = set()
    moment = after.astimezone(UTC).replace(second=0, microsecond=0) - LONGEST_REPETITION
    while moment <= until:
        clock = moment.astimezone(zone)
        reading = (clock.date(), clock.hour, clock.minute)
        if reading not in shown and moment > after and asks_for(expression, clock):
            found.append(moment)
        shown.add(reading)
        moment += MINUTE
    return found


def asks_for(expression: str, clock: datetime) -> bool:
    minute, hour, *_ = expression.split()
    return (
        _is_in(minute, clock.minute, range(60))
        and _is_in(hour, clock.hour, range(24))
        and asks_for_day(expression, clock.date())
    )


def asks_for_day(expression: str, day: date) -> bool:
    _, _, day_of_month, month, day_of_week, year = expression.split()
    if not _is_in(month, day.month, range(1, 13)) or not _is_in(year, day.year, range(1970, 2200)):
        return False
    if day_of_week == "?":
        return any(day.day in _days_of_month(item, day) for item in day_of_month.split(","))
    return any(day.day in _days_of_week(item, day) for item in day_of_week.split(","))


def _is_in(field: str, value: int, allowed: range) -> bool:
    return any(_item_has(item, value, allowed) for item in field.split(","))


def _item_has(item: str, value: int, allowed: range) -> bool:
    span, _, step = _without_names(item).partition("/")
    first, _, last = span.replace("*", f"{allowed[0]}-{allowed[-1]}").partition("-")
    last = last or (str(allowed[-1]) if step else first)
    distance = (value - int(first)) % len(allowed)
    return distance <= (int(last) - int(first)) % len(allowed) and distance % int(step or 1) == 0


def _without_names(item: str) -> str:
    return re.sub("[A-Z]{3}", lambda match: NAMES[match[0]], item)


def _weeks(day: date) -> list[list[int]]:
    """The days of the month in rows from Sunday to Saturday, 0 where a row has none."""
    return calendar.Calendar(firstweekday=6).monthdayscalendar(day.year, day.month)


def _days_of_month(item: str, day: date) -> list[int]:
    days = [number for week in _weeks(day) for number in week if number]
    working_days = [number for week in _weeks(day) for number in week[1:6] if number]
    if item == "LW":
        return [working_days[-1]]
    if item.startswith("L"):
        return days[-1 - int(item[2:] or 0) :][:1] if int(item[2:] or 0) < len(days) else []
    if item.endswith("W"):
        wanted = int(item[:-1])
        return [min(working_days, key=lambda number: abs(number - wanted))] if wanted in days else []
    return [number for number in days if _item_has(item, number, range(1, 32))]


def _days_of_week(item: str, day: date) -> Iterator[int]:
    item = _without_names(item)
    for column in range(1, 8):
        days = [week[column - 1] for week in _weeks(day) if week[column - 1]]
        if item == "L":
            yield from days if column == 7 else []
        elif item.endswith("L"):
            yield from days[-1:] if column == int(item[:-1]) else []
        elif "#" in item:
            wanted, _, nth = item.partition("#")
            yield from days[int(nth) - 1 :][:1] if column == int(wanted) else []
        elif _item_has(item, column, range(1, 8)):
            yield from days
