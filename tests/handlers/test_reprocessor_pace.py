"""How many runs are started in a second, and how many may run at the same time."""

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from stepkeeper.domain.pace import REDRIVES_PER_SECOND
from tests.handlers.failing import Failing
from tests.simulated.clock import START

SECOND = timedelta(seconds=1)
DESCRIBED_PER_SECOND = 10
"""The refill rate of DescribeExecution in most Regions (Step Functions quotas)."""


@dataclass
class Starts:
    """The moments at which starts were let go.

    Each thread has its own time, which goes on as it waits. A pause is one that no thread has asked for:
    Lambda freezes the function, or Step Functions takes long. Whoever waits then is late after it.
    """

    base: datetime = START
    moments: list[datetime] = field(default_factory=list)
    pause_after: int | None = None
    _own: threading.local = field(default_factory=threading.local)
    _begins: threading.Event = field(default_factory=threading.Event)
    _is_over: threading.Event = field(default_factory=threading.Event)

    def now(self) -> datetime:
        return max(self.base, getattr(self._own, "at", START))

    def wait(self, duration: timedelta) -> None:
        self._own.at = self.now() + duration
        if self._begins.is_set():
            self._is_over.wait(timeout=30)
        elif len(self.moments) == self.pause_after:
            self._begins.set()
            self._is_over.wait(timeout=0.1)  # others come to wait, if they may
            self.base += 3 * SECOND
            self._is_over.set()
        self.moments.append(self.now())

    def in_the_fullest_second(self) -> int:
        moments = sorted(self.moments)
        return max(sum(first <= each < first + SECOND for each in moments) for first in moments)


@pytest.fixture
def starts(failing: Failing, monkeypatch: pytest.MonkeyPatch) -> Starts:  # noqa: ARG001
    starts = Starts()
    monkeypatch.setattr("stepkeeper.clock.now", starts.now)
    monkeypatch.setattr("stepkeeper.clock.wait", starts.wait)
    return starts


def test_starts_are_as_far_apart_as_they_must_be(failing, starts):
    failing.put_many(25)

    failing.ask(max=25, rate=10)

    moments = sorted(starts.moments)
    assert all(later - earlier >= SECOND for earlier, later in zip(moments, moments[10:], strict=False))
    assert min(later - earlier for earlier, later in pairwise(moments)) == SECOND / 12.5


def test_the_rate_is_what_the_operator_set(failing, starts):
    failing.simulation.template.overrides["StartRate"] = "5"
    failing.put_many(11)

    failing.ask(max=11)

    assert max(starts.moments) - min(starts.moments) == 2 * SECOND


@pytest.mark.parametrize("rate", [10, 100])
def test_no_second_has_more_starts_than_it_may_even_after_a_pause(rate, failing, starts):
    """What was late after a pause was all started at once, beside what was not late.

    The one start that the pause has held up is the only one that has no room of its own.
    """
    failing.put_many(60)
    starts.pause_after = 20

    answer = failing.ask(max=60, rate=rate)

    assert answer["success"] == len(starts.moments) == 60
    assert starts.in_the_fullest_second() <= rate + 1


def test_the_rate_holds_over_chunks(failing, starts):
    failing.put_many(130)

    failing.ask(max=130, rate=50)

    assert len(starts.moments) == 130
    assert starts.in_the_fullest_second() <= 50


def test_duplicates_wait_for_nothing(failing, starts):
    for _ in range(30):
        failing.put_failed("2026-11-21")

    failing.ask(max=2, rate=1)

    assert starts.now() == START


def test_redrives_are_slower_since_each_asks_for_its_execution_first(failing, starts):
    for number in range(20):
        failing.fail(f"order-{number}")
    plan = failing.plan()

    failing.ask(plan=plan, max=20, rate=100)

    assert len(starts.moments) == 20
    assert starts.in_the_fullest_second() == REDRIVES_PER_SECOND < DESCRIBED_PER_SECOND
