"""Pipelines with deadlines, their schedules and their runs, as short as a table of cases needs them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from stepkeeper.domain.deadline import Deadline, Expected
from stepkeeper.domain.execution import Execution, ExecutionStatus
from stepkeeper.domain.gate import Gate
from stepkeeper.domain.pipeline import Pipeline
from stepkeeper.domain.schedule import Schedule, parse_schedule

GATE = Gate("schedule", "default", "start-orders")
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
RUNS = "arn:aws:states:ap-northeast-1:123456789012:execution:nightly-orders:"
MACHINE = "arn:aws:states:ap-northeast-1:123456789012:stateMachine:nightly-orders"


def at(text: str) -> datetime:
    """`at("21 18:00")` is that time on that day of November 2026, in UTC."""
    return datetime.strptime(f"2026-11-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC)


START = at("21 18:00")
DUE = START + 2 * HOUR


def pipeline(name: str = "nightly-orders", *, within: timedelta = 2 * HOUR, **more: object) -> Pipeline:
    return Pipeline(name, "nightly-orders", started_by=GATE, succeeds_within=within, **more)  # type: ignore[arg-type]


def expected(*, within: timedelta = 2 * HOUR) -> Expected:
    return Expected(pipeline(within=within), GATE, within)


def schedule(expression: str = "cron(0 18 * * ? *)", zone: str = "UTC") -> Schedule:
    return parse_schedule(expression, time_zone=ZoneInfo(zone))


def deadline(start: datetime = START, due: datetime | None = None) -> Deadline:
    return Deadline(due or start + 2 * HOUR, "nightly-orders", start)


def run(
    name: str = "run",
    status: ExecutionStatus = "SUCCEEDED",
    *,
    started: datetime = START,
    stopped: datetime | None = None,
    redriven: datetime | None = None,
) -> Execution:
    """One that has ended stopped an hour after it was started, where nothing else is said."""
    ended = None if status in ("RUNNING", "PENDING_REDRIVE") else stopped or started + HOUR
    return Execution(f"{RUNS}{name}", name, status, started, ended, redriven, 1 if redriven else 0)
