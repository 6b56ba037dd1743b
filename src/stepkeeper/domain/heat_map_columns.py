"""The columns of the heat map: which periods stand side by side, and which of them are labelled."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from stepkeeper.domain.period import Unit

MOST_COLUMNS = 96
"""More of them are wrapped by the calendar: days by quarter, weeks by year, months by five years."""

STEPS: dict[Unit, tuple[int, ...]] = {
    "day": (1, 2, 5, 10, 15),
    "week": (1, 2, 4, 13),
    "month": (1, 3, 6, 12),
}
LABEL_WIDTH = 30
"""Of a label such as `W42` or `2026` with some room after it."""


@dataclass(frozen=True)
class Column:
    """`major` is what changes seldom (the year; for days the month); `minor` counts from 1 in it."""

    period: str
    major: str
    minor: int
    label: str


@dataclass(frozen=True)
class Band:
    """Columns that stand side by side, each `pitch` wide."""

    columns: tuple[Column, ...]
    pitch: int

    @property
    def width(self) -> int:
        """Of all columns."""
        return len(self.columns) * self.pitch


def bands(periods: Iterable[str], unit: Unit) -> list[Band]:
    """All periods in order. Raises ValueError where one is none of this unit."""
    columns = [_column(period, unit) for period in sorted(set(periods))]
    if len(columns) <= MOST_COLUMNS:
        return [Band(tuple(columns), _pitch(len(columns)))]
    wrapped = [tuple(group) for _, group in groupby(columns, key=lambda column: _wrap(column.period, unit))]
    pitch = _pitch(max(len(each) for each in wrapped))
    return [Band(each, pitch) for each in wrapped]


def major_labels(band: Band) -> list[tuple[int, str]]:
    """Where the year or month changes, in pixels from the left, and its name."""
    changes = [
        (index * band.pitch, column.major)
        for index, column in enumerate(band.columns)
        if index == 0 or band.columns[index - 1].major != column.major
    ]
    return _with_room(changes, lambda name: len(name) * 7 + 6)


def minor_labels(band: Band, unit: Unit) -> list[tuple[int, str]]:
    """Labels of single columns, as many as have room: every one, or at rounded places."""
    step = next((step for step in STEPS[unit] if step * band.pitch >= LABEL_WIDTH), STEPS[unit][-1])
    rounded = [
        (index * band.pitch, column.label)
        for index, column in enumerate(band.columns)
        if (column.minor - 1) % step == 0
    ]
    return _with_room(rounded, lambda _: LABEL_WIDTH)


def _with_room(labels: list[tuple[int, str]], width: Callable[[str], int]) -> list[tuple[int, str]]:
    """Without those that would run into the next, as a 31 before a 1, or a year's last month."""
    kept: list[tuple[int, str]] = []
    for at, label in reversed(labels):
        if not kept or kept[-1][0] - at >= width(label):
            kept.append((at, label))
    return kept[::-1]


def _pitch(columns: int) -> int:
    return 32 if columns <= 24 else 20 if columns <= 48 else 12


def _column(period: str, unit: Unit) -> Column:
    if unit == "week":
        year, week = period.split("-W")
        return Column(period, major=year, minor=int(week), label=f"W{week}")
    day = _first_day(period, unit)
    if unit == "month":
        return Column(period, major=f"{day:%Y}", minor=day.month, label=f"{day:%b}")
    return Column(period, major=f"{day:%b %Y}", minor=day.day, label=str(day.day))


def _wrap(period: str, unit: Unit) -> Sequence[int]:
    year = int(period[:4])
    if unit == "day":
        return year, (_first_day(period, unit).month - 1) // 3
    return (year,) if unit == "week" else (year // 5,)


def _first_day(period: str, unit: Unit) -> date:
    return date.fromisoformat(f"{period}-01" if unit == "month" else period)
