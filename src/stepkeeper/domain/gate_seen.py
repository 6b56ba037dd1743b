"""A gate as AWS tells of it: its state, and when it starts its pipeline."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from stepkeeper.domain.gate import Gate, GateState
from stepkeeper.domain.schedule import Schedule, parse_schedule
from stepkeeper.errors import InvalidSchedule


@dataclass(frozen=True)
class GateSeen:
    """`starts_at` and `ends_at` are a schedule's StartDate and EndDate; a rule has none, and UTC."""

    gate: Gate
    state: GateState
    expression: str | None
    time_zone: str = "UTC"
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    def schedule(self) -> Schedule:
        """When the gate starts its pipeline. Raises InvalidSchedule, ScheduleNotAnchored."""
        if self.expression is None:
            raise InvalidSchedule(
                f"{self.gate} has an event pattern and no schedule, so nothing tells when it is to start its "
                "pipeline. Name a rule or schedule that has a schedule expression."
            )
        try:
            zone = ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise InvalidSchedule(f"{self.gate} has the unknown time zone {self.time_zone!r}.") from error
        return parse_schedule(self.expression, time_zone=zone, starts_at=self.starts_at, ends_at=self.ends_at)
