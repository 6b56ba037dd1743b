"""Carries out what was decided on many runs, side by side and no faster than it may."""

from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from threading import Lock
from types import TracebackType

from stepkeeper import clock
from stepkeeper.domain.outcome import NO_START_BEFORE_MS, Outcome
from stepkeeper.domain.pace import Paces
from stepkeeper.domain.reprocessor import Decision, Redrive, Start
from stepkeeper.spool import act
from stepkeeper.spool.chunk import Case
from stepkeeper.spool.in_hand import AT_ONCE
from stepkeeper.spool.orders import Orders


class Starts(AbstractContextManager["Starts"]):
    """The starts of one call. At its end it waits for those that were begun."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders
        self._paces = Paces.of(orders.rate)
        self._pool = ThreadPoolExecutor(AT_ONCE)
        self._turnstile = Lock()
        self._throttled = False

    def begin(self, case: Case, decision: Decision) -> "Future[Outcome]":
        """Begins to carry out what was decided; once a start was throttled, there are no more."""
        return self._pool.submit(self._carry_out, case, decision)

    def _carry_out(self, case: Case, decision: Decision) -> Outcome:
        with self._turnstile:  # waiting side by side, they would all be late at once after a pause
            if self._orders.remaining_ms() < NO_START_BEFORE_MS:
                return Outcome("late", "out of time")
            if self._throttled:
                return Outcome("throttled", "another start was throttled")
            if isinstance(decision, Start | Redrive):
                now = clock.now()
                pace = self._paces.starts if isinstance(decision, Start) else self._paces.redrives
                clock.wait(pace.next_moment(now) - now)
        places, source = self._orders.places, self._orders.source
        outcome = act.carry_out(places, decision, case.messages[0], case.key, source=source, now=clock.now())
        self._throttled = self._throttled or outcome.kind == "throttled"
        return outcome

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown()
