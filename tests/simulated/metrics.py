"""CloudWatch: how many bytes came into log groups."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.simulated.clock import Clock
from tests.simulated.log_group_lists import LogGroups
from tests.simulated.refusal import Refusal, only

MOST_QUERIES = 500
MOST_POINTS = 100_800
KEPT = ((timedelta(days=15), 60), (timedelta(days=63), 300), (timedelta(days=455), 3600))
"""How long the points of each period, in seconds, are kept (CloudWatch User Guide, metrics retention)."""

Point = tuple[datetime, float]


class Metrics:
    """GetMetricData of AWS/Logs IncomingBytes by LogGroupName, as Sum; counted from what was put."""

    def __init__(self, logs: LogGroups, clock: Clock) -> None:
        self._logs = logs
        self._clock = clock

    def get_metric_data(self, sent: dict[str, Any]) -> dict[str, Any]:
        only(sent, "MetricDataQueries", "StartTime", "EndTime", "ScanBy", "MaxDatapoints", "NextToken")
        queries, most = sent["MetricDataQueries"], sent.get("MaxDatapoints", MOST_POINTS)
        ids = [query["Id"] for query in queries]
        if len(queries) > MOST_QUERIES or len(set(ids)) < len(ids) or not 1 <= most <= MOST_POINTS:
            raise _invalid(f"at most {MOST_QUERIES} queries, each with its Id, and {MOST_POINTS} points")
        first, end = (_milliseconds(sent[name]) for name in ("StartTime", "EndTime"))
        if first >= end:
            raise _invalid("The parameter StartTime must be less than the parameter EndTime.")
        newest_first = sent.get("ScanBy", "TimestampDescending") == "TimestampDescending"
        points = [
            (query, point)
            for query in queries
            for point in sorted(self._points(query, first, end), reverse=newest_first)
        ]
        start = int(sent.get("NextToken", "0"))
        shown = points[start : start + most]
        more = {"NextToken": str(start + most)} if start + most < len(points) else {}
        results = []
        for query in queries:
            its = [point for each, point in shown if each["Id"] == query["Id"]]
            results.append(_told(query, its, is_partial=bool(more) and points[start + most][0] is query))
        return {"MetricDataResults": results, "Messages": [], **more}

    def _points(self, query: dict[str, Any], first: int, end: int) -> list[Point]:
        only(query, "Id", "Label", "MetricStat", "ReturnData")
        if not query.get("ReturnData", True):
            raise NotImplementedError("the simulation knows no metric that is asked for and not told")
        stat = query["MetricStat"]
        only(stat, "Metric", "Period", "Stat", "Unit")
        metric, seconds = stat["Metric"], stat["Period"]
        names = {each["Name"]: each["Value"] for each in metric.get("Dimensions", [])}
        asked = metric["Namespace"], metric["MetricName"], stat["Stat"], list(names)
        if asked != ("AWS/Logs", "IncomingBytes", "Sum", ["LogGroupName"]):
            raise NotImplementedError(f"the simulation does not know the metric {asked}")
        age = self._clock.stamp - datetime.fromtimestamp(first / 1000, UTC)
        finest = next((its for kept, its in KEPT if age <= kept), 3600)
        if seconds < 60 or seconds % finest:
            raise _invalid(f"The period of points from {age} ago must be a multiple of {finest} seconds.")
        group = self._logs.find(names["LogGroupName"])
        oldest = _milliseconds(self._clock.stamp - KEPT[-1][0])
        sums: dict[int, float] = {}
        for minute, number in (group.incoming if group else {}).items():
            begins = minute // (seconds * 1000) * (seconds * 1000)
            if max(first // (seconds * 1000) * (seconds * 1000), oldest) <= minute and begins < end:
                sums[begins] = sums.get(begins, 0.0) + number
        return [(datetime.fromtimestamp(at / 1000, UTC), total) for at, total in sums.items()]


def _told(query: dict[str, Any], points: list[Point], *, is_partial: bool) -> dict[str, Any]:
    return {
        "Id": query["Id"],
        "Label": query.get("Label", "IncomingBytes"),
        "Timestamps": [at for at, _ in points],
        "Values": [total for _, total in points],
        "StatusCode": "PartialData" if is_partial else "Complete",
    }


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _invalid(message: str) -> Refusal:
    return Refusal("ValidationError", message)
