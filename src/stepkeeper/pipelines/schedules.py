"""The schedules of gates, remembered while the Lambda environment lives."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from botocore.exceptions import BotoCoreError, ClientError

from stepkeeper.aws import gates
from stepkeeper.aws.outages import named
from stepkeeper.domain.gate import Gate
from stepkeeper.domain.gate_seen import GateSeen
from stepkeeper.domain.pipeline import Pipeline
from stepkeeper.domain.schedule import Schedule
from stepkeeper.errors import AwsUnavailable, InvalidGate, StepkeeperError

READ_AGAIN_AFTER = timedelta(minutes=15)
"""A schedule that somebody changes is known by then, or where there are thousands some minutes later."""

USED_FOR = timedelta(hours=1)
"""An older one counts no more, whatever keeps it from being read again."""

MOST_READ_AGAIN = 1_000
"""In a tick: those that were read by one are not all due again in one."""

MANY = 20
"""Fewer are read before threads for them would be worth it."""

AT_ONCE = 10
"""As many calls as boto3 keeps connections for."""


@dataclass
class Schedules:
    """When gates start their pipelines. Thousands would take a minute to read, each minute anew."""

    _seen: dict[Gate, tuple[datetime, Schedule]] = field(default_factory=dict)

    def refresh(self, pipelines: Iterable[Pipeline], *, now: datetime, has_time: Callable[[], bool]) -> None:
        """Reads what is not known or may have changed since, many at a time and as far as there is time.

        One that can not be read is forgotten, so that `of` tells why. Where AWS does not answer, or asks to
        slow down, the others are left for `of`, too, and those that are known still count.
        """
        wanted = self._to_read(pipelines, now)
        refreshing = _Refreshing(has_time)
        read = partial(refreshing.read, self, now=now)
        if len(wanted) < MANY:
            for gate in wanted:
                read(gate)
            return
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for _ in pool.map(read, wanted):
                pass

    def of(self, pipeline: Pipeline, *, now: datetime) -> Schedule:
        """The schedule of the pipeline's gate, as it was within the last hour.

        Raises InvalidGate for a pipeline without one, and GateNotFound, GateManaged, InvalidSchedule,
        ScheduleNotAnchored, ClientError.
        """
        gate = pipeline.started_by
        if gate is None:
            raise InvalidGate(f"{pipeline.name} has no gate (started_by), so nothing tells when it starts.")
        if self._age(gate, now) < USED_FOR:
            return self._seen[gate][1]
        return self.remember(gates.read_gate(gate), now=now)

    def knows(self, pipeline: Pipeline, *, now: datetime) -> bool:
        """Whether `of` would answer without a call."""
        return pipeline.started_by is not None and self._age(pipeline.started_by, now) < USED_FOR

    def remember(self, seen: GateSeen, *, now: datetime) -> Schedule:
        """The schedule of a gate that was just read. Raises InvalidSchedule, ScheduleNotAnchored."""
        schedule = seen.schedule()
        self._seen[seen.gate] = now, schedule
        return schedule

    def forget(self, gate: Gate) -> None:
        """What was known of a gate counts no more."""
        self._seen.pop(gate, None)

    def _to_read(self, pipelines: Iterable[Pipeline], now: datetime) -> list[Gate]:
        """First what is not known, then what was read longest ago."""
        ages = {each.started_by: self._age(each.started_by, now) for each in pipelines if each.started_by}
        old = [gate for gate, age in ages.items() if READ_AGAIN_AFTER <= age < USED_FOR]
        old.sort(key=ages.__getitem__, reverse=True)
        return [*(gate for gate, age in ages.items() if age >= USED_FOR), *old[:MOST_READ_AGAIN]]

    def _age(self, gate: Gate, now: datetime) -> timedelta:
        return now - self._seen[gate][0] if gate in self._seen else timedelta.max


@dataclass
class _Refreshing:
    """Reading many gates, some of them at the same time, until there is no more time or no answer."""

    has_time: Callable[[], bool]
    is_answered: bool = True

    def read(self, schedules: Schedules, gate: Gate, *, now: datetime) -> None:
        if not self.is_answered or not self.has_time():
            return
        try:
            with named(AwsUnavailable, f"{gate} can not be read"):
                schedules.remember(gates.read_gate(gate), now=now)
        except AwsUnavailable:
            self.is_answered = False
        except (StepkeeperError, ClientError, BotoCoreError):
            schedules.forget(gate)
