"""CloudWatch: the metrics of log groups."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from stepkeeper.domain.export_estimate import METRICS_KEPT
from stepkeeper.domain.period import milliseconds

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_cloudwatch.type_defs import MetricDataQueryTypeDef

QUERIES = 500
"""The most of one GetMetricData (API reference)."""

DAY_SECONDS = 86_400


def incoming_bytes(
    client: "CloudWatchClient", log_groups: Sequence[str], *, since: datetime, until: datetime
) -> dict[str, dict[int, float]]:
    """The bytes that came into each log group, by the Unix time in milliseconds at which a day began.

    Days without any have no value, nor has what is too old for metrics.
    """
    found: dict[str, dict[int, float]] = {name: {} for name in log_groups}
    start = max(since, until - METRICS_KEPT).replace(hour=0, minute=0, second=0, microsecond=0)
    for first in range(0, len(log_groups), QUERIES):
        names = log_groups[first : first + QUERIES]
        pages = client.get_paginator("get_metric_data").paginate(
            MetricDataQueries=[_query(number, name) for number, name in enumerate(names)],
            StartTime=start,
            EndTime=until,
        )
        for page in pages:
            for result in page["MetricDataResults"]:
                days = found[names[int(result["Id"].removeprefix("g"))]]
                for moment, value in zip(result["Timestamps"], result["Values"], strict=True):
                    days[milliseconds(moment)] = value
    return found


def _query(number: int, log_group: str) -> "MetricDataQueryTypeDef":
    return {
        "Id": f"g{number}",
        "MetricStat": {
            "Metric": {
                "Namespace": "AWS/Logs",
                "MetricName": "IncomingBytes",
                "Dimensions": [{"Name": "LogGroupName", "Value": log_group}],
            },
            "Period": DAY_SECONDS,
            "Stat": "Sum",
        },
    }
