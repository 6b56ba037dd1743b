"""The bytes that came into log groups, by day."""

from datetime import UTC, datetime, timedelta

import pytest
from botocore.stub import ANY, Stubber

from stepkeeper.aws.cloudwatch import QUERIES, incoming_bytes
from stepkeeper.domain.export_estimate import METRICS_KEPT
from tests.export_values import DAY_MS, ms

SINCE = datetime(2026, 11, 18, 15, tzinfo=UTC)
UNTIL = datetime(2026, 11, 22, 3, tzinfo=UTC)


@pytest.fixture
def client(aws):
    return aws.client("cloudwatch")


def put(client, name: str, at: datetime, value: float, *, metric: str = "IncomingBytes") -> None:
    dimensions = [{"Name": "LogGroupName", "Value": name}]
    data = [{"MetricName": metric, "Dimensions": dimensions, "Timestamp": at, "Value": value}]
    client.put_metric_data(Namespace="AWS/Logs", MetricData=data)


def result(number: int, *days: tuple[datetime, float]) -> dict[str, object]:
    return {
        "Id": f"g{number}",
        "Timestamps": [moment for moment, _ in days],
        "Values": [value for _, value in days],
        "StatusCode": "Complete",
    }


def test_the_bytes_of_each_log_group_are_told_by_the_day_on_which_they_came(client):
    put(client, "/a", datetime(2026, 11, 19, 1, tzinfo=UTC), 5)
    put(client, "/a", datetime(2026, 11, 19, 23, tzinfo=UTC), 6)
    put(client, "/a", datetime(2026, 11, 21, 12, tzinfo=UTC), 7)
    put(client, "/a", datetime(2026, 11, 21, 12, tzinfo=UTC), 1000, metric="IncomingLogEvents")
    put(client, "/b", datetime(2026, 11, 19, 12, tzinfo=UTC), 8)

    found = incoming_bytes(client, ["/a", "/b", "/c"], since=SINCE, until=UNTIL)

    day = ms("2026-11-19")
    assert found == {"/a": {day: 11, day + 2 * DAY_MS: 7}, "/b": {day: 8}, "/c": {}}


def test_the_day_on_which_the_time_begins_is_told_as_a_whole(client):
    put(client, "/a", datetime(2026, 11, 18, 1, tzinfo=UTC), 5)

    assert incoming_bytes(client, ["/a"], since=SINCE, until=UNTIL) == {"/a": {ms("2026-11-18"): 5}}


def test_of_no_log_groups_nothing_is_asked(client):
    with Stubber(client):
        assert incoming_bytes(client, [], since=SINCE, until=UNTIL) == {}


def test_what_is_too_old_for_metrics_is_not_asked_for(client):
    expected = {
        "MetricDataQueries": ANY,
        "StartTime": (UNTIL - METRICS_KEPT).replace(hour=0),
        "EndTime": UNTIL,
    }
    with Stubber(client) as stub:
        stub.add_response("get_metric_data", {"MetricDataResults": []}, expected)

        assert incoming_bytes(client, ["/a"], since=UNTIL - timedelta(days=999), until=UNTIL) == {"/a": {}}


def test_more_log_groups_are_asked_for_than_one_call_takes_and_all_pages_are_read(client):
    names = [f"/{number}" for number in range(QUERIES + 1)]
    day, next_day = datetime(2026, 11, 19, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)
    arguments = {"MetricDataQueries": ANY, "StartTime": ANY, "EndTime": ANY}
    with Stubber(client) as stub:
        first = {"MetricDataResults": [result(0, (day, 1.0)), result(499, (day, 2.0))], "NextToken": "more"}
        stub.add_response("get_metric_data", first, arguments)
        stub.add_response(
            "get_metric_data",
            {"MetricDataResults": [result(0, (next_day, 3.0))]},
            arguments | {"NextToken": "more"},
        )
        stub.add_response("get_metric_data", {"MetricDataResults": [result(0, (day, 4.0))]}, arguments)

        found = incoming_bytes(client, names, since=SINCE, until=UNTIL)
        stub.assert_no_pending_responses()

    assert found["/0"] == {ms("2026-11-19"): 1.0, ms("2026-11-20"): 3.0}
    assert found["/499"] == {ms("2026-11-19"): 2.0}
    assert found["/500"] == {ms("2026-11-19"): 4.0}
    assert len(found) == 501
