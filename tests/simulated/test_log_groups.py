"""Log groups: the lists of them, how long they keep what is in them, and who has which tags."""

from datetime import timedelta

import pytest

from tests.simulated.exporting import GROUP, JULY, PREFIX, add_july, july, ms


@pytest.fixture
def logs(simulation):
    return simulation.world.logs


@pytest.fixture
def client(simulation):
    return simulation.client("logs")


def names(client, **asked):
    pages = list(client.get_paginator("describe_log_groups").paginate(**asked))
    return [[each["logGroupName"] for each in page["logGroups"]] for page in pages]


def test_groups_are_listed_by_fifties_in_the_order_of_their_names(logs, client):
    for number in (*range(119, -1, -1),):
        logs.add_group(f"/a/{number:03d}", JULY)
    logs.add_group("/b", JULY)

    pages = names(client)

    assert [len(page) for page in pages] == [50, 50, 21]
    assert [name for page in pages for name in page] == [f"/a/{number:03d}" for number in range(120)] + ["/b"]


def test_a_prefix_is_no_folder(logs, client):
    for name in ("/a", "/a/b", "/ab", "/b", "a"):
        logs.add_group(name, JULY)

    assert names(client, logGroupNamePrefix="/a") == [["/a", "/a/b", "/ab"]]
    assert names(client, logGroupNamePrefix="/zz") == [[]]
    assert names(client, logGroupNamePrefix="/a", PaginationConfig={"PageSize": 2}) == [
        ["/a", "/a/b"],
        ["/ab"],
    ]


def test_a_group_tells_what_it_has(logs, client, simulation):
    add_july(simulation)
    logs.add_group("/large", JULY, retention_days=90, stored_bytes=10**12)

    large, small = client.describe_log_groups()["logGroups"]

    assert (large["storedBytes"], large["retentionInDays"]) == (10**12, 90)
    assert (small["storedBytes"], small["creationTime"]) == (49 + 5 * 26, ms(JULY))
    assert small["logGroupArn"] == f"arn:aws:logs:ap-northeast-1:123456789012:log-group:{GROUP}"
    assert "retentionInDays" not in small


def test_what_is_older_than_a_group_keeps_it_is_not_exported(logs, client, simulation):
    add_july(simulation)

    client.put_retention_policy(logGroupName=GROUP, retentionInDays=30)
    simulation.world.clock.move(timedelta(days=1))
    client.put_retention_policy(logGroupName=GROUP, retentionInDays=3653)
    client.create_export_task(**july())
    simulation.world.clock.move(timedelta(days=1))

    assert list(simulation.world.s3.objects) == [f"{PREFIX}/aws-logs-write-test"]
    assert logs.groups[GROUP].retention_days == 3653


@pytest.mark.parametrize(
    ("name", "days", "error"),
    [(GROUP, 31, "InvalidParameterException"), ("/none", 30, "ResourceNotFoundException")],
)
def test_a_retention_that_cloudwatch_logs_does_not_take(name, days, error, client, simulation):
    add_july(simulation)

    with pytest.raises(getattr(client.exceptions, error)):
        client.put_retention_policy(logGroupName=name, retentionInDays=days)


def found(simulation, *filters, **asked):
    pages = simulation.client("resourcegroupstaggingapi").get_paginator("get_resources")
    asked = {"ResourceTypeFilters": ["logs:log-group"], "TagFilters": list(filters), **asked}
    return [
        [each["ResourceARN"].rpartition(":log-group:")[2] for each in page["ResourceTagMappingList"]]
        for page in pages.paginate(**asked)
    ]


def test_groups_are_found_by_all_of_their_tags(logs, simulation):
    logs.add_group("/one", JULY, tags={"export": "yes", "team": "a"})
    logs.add_group("/two", JULY, tags={"export": "yes", "team": "b"})
    logs.add_group("/three", JULY, tags={"export": "no"})
    logs.add_group("/four", JULY)
    export, team = {"Key": "export", "Values": ["yes"]}, {"Key": "team", "Values": ["a", "c"]}

    assert found(simulation, export) == [["/one", "/two"]]
    assert found(simulation, export, team) == [["/one"]]
    assert found(simulation, {"Key": "export"}) == [["/one", "/three", "/two"]]
    assert found(simulation) == [["/one", "/three", "/two"]]


def test_tagged_groups_come_by_hundreds(logs, simulation):
    for number in range(250):
        logs.add_group(f"/a/{number:03d}", JULY, tags={"export": "yes"})

    pages = found(simulation, ResourcesPerPage=100)

    assert [len(page) for page in pages] == [100, 100, 50]
    assert [name for page in pages for name in page] == sorted(logs.groups)


def test_other_resources_are_not_simulated(simulation):
    with pytest.raises(NotImplementedError):
        found(simulation, ResourceTypeFilters=["s3:bucket"])
