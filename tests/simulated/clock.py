"""The simulation's own time, which passes only when somebody waits or a test says so."""

import threading
from datetime import UTC, datetime, timedelta, tzinfo
from types import SimpleNamespace
from typing import Any

START = datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)


class Clock:
    """Threads that wait at the same time wait side by side, each from when it last looked at the clock."""

    def __init__(self) -> None:
        self._now = START
        self._lock = threading.Lock()
        self._seen = threading.local()

    def now(self) -> datetime:
        self._seen.at = self._now
        return self._now

    @property
    def stamp(self) -> datetime:
        """The present moment as AWS writes it down, in whole milliseconds."""
        return self._now.replace(microsecond=self._now.microsecond // 1000 * 1000)

    def move(self, passed: timedelta) -> None:
        with self._lock:
            self._now += passed
            self._seen.at = self._now

    def wait(self, seconds: float) -> None:
        with self._lock:
            began: datetime = getattr(self._seen, "at", self._now)
            self._now = max(self._now, began + timedelta(seconds=seconds))
            self._seen.at = self._now


def stand_ins(clock_of: Any) -> tuple[Any, type[datetime]]:
    """The modules `time` and `datetime` for stepkeeper.clock; `clock_of()` gives the clock to go by."""

    class Moment(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            now: datetime = clock_of().now()
            return now.astimezone(tz)

    def seconds() -> float:
        moment: datetime = clock_of().now()
        return moment.timestamp()

    def sleep(duration: float) -> None:
        clock_of().wait(duration)

    return SimpleNamespace(sleep=sleep, time=seconds, monotonic=seconds, perf_counter=seconds), Moment
