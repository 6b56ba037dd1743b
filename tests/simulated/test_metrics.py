"""How many bytes came into log groups, as CloudWatch tells it."""

from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

from tests.simulated.exporting import GROUP, add_july, incoming_bytes

A = incoming_bytes("/a")
DAY = timedelta(days=1)
NOVEMBER = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def client(simulation):
    logs = simulation.world.logs
    logs.add_group("/a", NOVEMBER)
    logs.add_group("/b", NOVEMBER)
    for day in range(10):
        logs.count_incoming("/a", NOVEMBER + day * DAY, 100 + day)
        logs.count_incoming("/a", NOVEMBER + day * DAY + timedelta(hours=23, minutes=59), 1_000)
    return simulation.client("cloudwatch")


def ask(client, *queries, first=NOVEMBER, end=NOVEMBER + 3 * DAY, **more):
    sent = {"MetricDataQueries": list(queries), "StartTime": first, "EndTime": end, **more}
    return client.get_metric_data(**sent)


def test_bytes_are_summed_day_by_day_the_newest_first(client):
    (result,) = ask(client, A)["MetricDataResults"]

    assert result["Timestamps"] == [NOVEMBER + 2 * DAY, NOVEMBER + DAY, NOVEMBER]
    assert result["Values"] == [1_102, 1_101, 1_100]
    assert result["StatusCode"] == "Complete"


def test_the_oldest_may_come_first(client):
    (result,) = ask(client, A, ScanBy="TimestampAscending")["MetricDataResults"]

    assert result["Values"] == [1_100, 1_101, 1_102]


def test_each_query_has_an_answer_also_where_nothing_came(client):
    queries = A, incoming_bytes("/b", "b"), incoming_bytes("/none", "none")
    results = ask(client, *queries)["MetricDataResults"]

    assert [(each["Id"], len(each["Values"])) for each in results] == [("a", 3), ("b", 0), ("none", 0)]


def test_what_was_put_counts(simulation):
    add_july(simulation)
    (result,) = ask(
        simulation.client("cloudwatch"),
        incoming_bytes(GROUP),
        first=datetime(2026, 7, 1, tzinfo=UTC),
        end=NOVEMBER,
    )["MetricDataResults"]

    assert sum(result["Values"]) == 13 + 12 + 6 + 14 + 4 * 26


def test_points_come_page_by_page(client):
    pages = list(
        client.get_paginator("get_metric_data").paginate(
            MetricDataQueries=[A, incoming_bytes("/a", "again")],
            StartTime=NOVEMBER,
            EndTime=NOVEMBER + 3 * DAY,
            MaxDatapoints=4,
        )
    )

    values = [{each["Id"]: each["Values"] for each in page["MetricDataResults"]} for page in pages]
    assert values == [
        {"a": [1_102, 1_101, 1_100], "again": [1_102]},
        {"a": [], "again": [1_101, 1_100]},
    ]


def test_old_points_are_coarse_and_very_old_ones_are_gone(client, simulation):
    with pytest.raises(ClientError, match="multiple of 300"):
        ask(client, incoming_bytes("/a", period=60))
    simulation.world.clock.move(timedelta(days=440))

    (result,) = ask(client, A, first=NOVEMBER, end=NOVEMBER + 30 * DAY)["MetricDataResults"]

    assert 0 < len(result["Values"]) < 10


def test_other_metrics_are_not_simulated(client):
    with pytest.raises(NotImplementedError):
        ask(client, incoming_bytes("/a", MetricName="IncomingLogEvents"))
