"""A month of pipelines with deadlines: what happens by chance, and what people are to be told of it.

What is to be told is worked out from what happened alone, minute by minute, in the plainest way there is.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Literal
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
FIRST = datetime(2027, 3, 1, tzinfo=UTC)
LAST = datetime(2027, 4, 1, tzinfo=UTC)
"""In New York, clocks are put forward on March 14."""

Status = Literal["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]
BAD: tuple[Status, ...] = ("FAILED", "TIMED_OUT", "ABORTED")
ENDINGS = {"FAILED": "FAILED", "TIMED_OUT": "TIMED OUT", "ABORTED": "was ABORTED"}


@dataclass(frozen=True)
class Kind:
    """A pipeline: its cron expression, and the same once more as a question about the clock of its zone."""

    name: str
    cron: str
    zone: str
    within: timedelta
    shows: Callable[[datetime], bool]

    def starts(self) -> list[datetime]:
        """All minutes of the month at which the clock shows what the expression names, each once."""
        zone, found, moment = ZoneInfo(self.zone), [], FIRST
        while moment < LAST:
            local = moment.astimezone(zone)
            if local.fold == 0 and self.shows(local):
                found.append(moment)
            moment += MINUTE
        return found


KINDS = (
    Kind(
        "each-minute", "0-9 3 ? * MON *", "UTC", 3 * MINUTE,
        lambda at: at.hour == 3 and at.minute < 10 and at.weekday() == 0,
    ),
    Kind("hourly", "15 0/3 * * ? *", "UTC", 40 * MINUTE, lambda at: at.minute == 15 and at.hour % 3 == 0),
    Kind(
        "daily", "30 2 * * ? *", "America/New_York", timedelta(hours=30),
        lambda at: (at.hour, at.minute) == (2, 30),
    ),
    Kind(
        "weekly", "0 9 ? * FRI *", "Asia/Tokyo", timedelta(hours=2),
        lambda at: (at.hour, at.minute, at.weekday()) == (9, 0, 4),
    ),
    Kind(
        "monthly", "0 0 L * ? *", "UTC", timedelta(hours=5),
        lambda at: (at.hour, at.minute) == (0, 0) and (at + timedelta(days=1)).day == 1,
    ),
)  # fmt: skip


@dataclass(eq=False)
class Run:
    """A run for a start. `again` is the one that it runs again, `redriven` from when to when, and how."""

    kind: Kind
    start: datetime
    began: datetime
    ended: datetime
    status: Status
    again: "Run | None" = None
    redriven: tuple[datetime, datetime, Status] | None = None
    name: str = ""

    def at(self, moment: datetime) -> Status | Literal["RUNNING"] | None:
        """How it is at a moment; None: it has not begun."""
        if moment < self.began:
            return None
        if self.redriven and moment >= self.redriven[0]:
            return self.redriven[2] if moment >= self.redriven[1] else "RUNNING"
        return self.status if moment >= self.ended else "RUNNING"

    def succeeded_at(self) -> datetime | None:
        if self.status == "SUCCEEDED":
            return self.ended
        return self.redriven[1] if self.redriven and self.redriven[2] == "SUCCEEDED" else None


@dataclass
class Month:
    """All runs of all pipelines."""

    random: Random
    runs: list[Run] = field(default_factory=list)
    starts: dict[str, list[datetime]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for kind in KINDS:
            self.starts[kind.name] = kind.starts()
            health = self.random.choice((0.5, 0.8, 0.95))
            for start, end in zip(self.starts[kind.name], [*self.starts[kind.name][1:], LAST], strict=True):
                self.runs += self._of(kind, start, end, health)

    def _of(self, kind: Kind, start: datetime, end: datetime, health: float) -> Iterator[Run]:
        chance = self.random
        if chance.random() > 0.06:  # else it never starts
            first = self._run(kind, start, start + chance.randint(0, 50) * timedelta(seconds=1), health)
            if chance.random() < 0.5 and first.status in BAD:
                began = first.ended + chance.random() * kind.within
                ended = began + chance.random() * kind.within
                first.redriven = (began, ended, "SUCCEEDED" if chance.random() < 0.7 else "FAILED")
            elif first.status in BAD and chance.random() < 0.6:
                again = self._run(kind, start, first.ended + chance.random() * 2 * kind.within, health)
                again.again = first
                yield again
            yield first
        if chance.random() < 0.1:
            yield self._run(kind, start, start + chance.random() * (end - start), health)

    def _run(self, kind: Kind, start: datetime, began: datetime, health: float) -> Run:
        chance = self.random
        took = chance.random() * kind.within * (0.8 if chance.random() < health else 2.0)
        status: Status = "SUCCEEDED" if chance.random() < health else chance.choice(BAD)
        return Run(kind, start, _whole(began), _whole(began + took), status, name=f"run-{chance.random()}")


def _whole(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


def to_be_told(month: Month, ticks: list[datetime]) -> Iterator[tuple[datetime, str]]:
    """What people are to be told, and by which tick: one alert for an incident, and one when it is over."""
    open_since: dict[str, datetime] = {}
    before = FIRST
    for now in ticks:
        for kind in KINDS:
            mine = [run for run in month.runs if run.kind is kind and run.began <= now]
            for start in month.starts[kind.name]:
                due = start + kind.within
                if not before < due <= now:
                    continue
                verdict = _verdict([run for run in mine if run.start == start], due, now)
                if verdict and kind.name not in open_since:
                    yield now, f"{kind.name} {verdict}"
                    if verdict != "was LATE":
                        open_since[kind.name] = start
            if kind.name in open_since and any(
                run.start >= open_since[kind.name] and (done := run.succeeded_at()) and done <= now
                for run in mine
            ):
                del open_since[kind.name]
                yield now, f"{kind.name} has RECOVERED"
        before = now


def _verdict(runs: list[Run], due: datetime, now: datetime) -> str | None:
    """None: it was in time."""
    done = [moment for run in runs if (moment := run.succeeded_at()) and moment <= now]
    if done:
        return None if min(done) <= due else "was LATE"
    states = [(run.began, run.at(now)) for run in runs]
    if any(state == "RUNNING" for _, state in states):
        return "is LATE"
    if not states:
        return "is MISSING: it did not start"
    return ENDINGS[str(max(states)[1])]
