"""A log group with a few events around July, to be exported."""

from datetime import UTC, datetime
from typing import Any

from tests.simulated.simulation import Simulation

GROUP = "/orders/nightly"
JULY = datetime(2026, 7, 1, tzinfo=UTC)
AUGUST = datetime(2026, 8, 1, tzinfo=UTC)
PREFIX = "standard/exports/orders/nightly/2026-07/1"


def ms(moment: datetime) -> int:
    """Milliseconds since the epoch."""
    return round(moment.timestamp() * 1000)


def add_july(simulation: Simulation, name: str = GROUP) -> None:
    """The group, with an event at each end of July, and just outside."""
    logs = simulation.world.logs
    logs.add_group(name, JULY)
    first, last = ms(JULY), ms(AUGUST) - 1
    moments = {"June": first - 1, "first of July": first, "last of July": last, "August": last + 1}
    logs.put(name, "2026/[1]a", [{"timestamp": at, "message": text} for text, at in moments.items()])
    logs.put(name, "2026/[1]b", [{"timestamp": first, "message": "another stream"}])


def july(**changes: Any) -> dict[str, Any]:
    """A request to export July, as `changes` change it."""
    return {
        "taskName": "stepkeeper 2026-07",
        "logGroupName": GROUP,
        "fromTime": ms(JULY),
        "to": ms(AUGUST) - 1,
        "destination": "stepkeeper-exportbucket",
        "destinationPrefix": PREFIX,
    } | changes


def incoming_bytes(name: str, id: str = "a", period: int = 86_400, **metric: Any) -> dict[str, Any]:
    """A query of GetMetricData: how much came into a log group, by days, as `metric` changes it."""
    dimensions = [{"Name": "LogGroupName", "Value": name}]
    asked = {"Namespace": "AWS/Logs", "MetricName": "IncomingBytes", "Dimensions": dimensions, **metric}
    return {"Id": id, "MetricStat": {"Metric": asked, "Period": period, "Stat": "Sum"}}
