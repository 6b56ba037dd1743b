"""The schedules of gates, remembered while the Lambda environment lives."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from stepkeeper.aws import gates
from stepkeeper.domain.gate import Gate
from stepkeeper.domain.gate_seen import GateSeen
from stepkeeper.domain.pipeline import Pipeline
from stepkeeper.domain.schedule import Schedule
from stepkeeper.errors import InvalidGate

READ_AGAIN_AFTER = timedelta(minutes=15)
"""A schedule that somebody changes is known by then."""


@dataclass
class Schedules:
    """When gates start their pipelines. Thousands would take a minute to read, each minute anew."""

    _seen: dict[Gate, tuple[datetime, Schedule]] = field(default_factory=dict)

    def of(self, pipeline: Pipeline, *, now: datetime) -> Schedule:
        """The schedule of the pipeline's gate.

        Raises InvalidGate for a pipeline without one, and GateNotFound, GateManaged, InvalidSchedule,
        ScheduleNotAnchored, ClientError.
        """
        gate = pipeline.started_by
        if gate is None:
            raise InvalidGate(f"{pipeline.name} has no gate (started_by), so nothing tells when it starts.")
        known = self._seen.get(gate)
        if known and now - known[0] < READ_AGAIN_AFTER:
            return known[1]
        return self.remember(gates.read_gate(gate), now=now)

    def remember(self, seen: GateSeen, *, now: datetime) -> Schedule:
        """The schedule of a gate that was just read. Raises InvalidSchedule, ScheduleNotAnchored."""
        schedule = seen.schedule()
        self._seen[seen.gate] = now, schedule
        return schedule
