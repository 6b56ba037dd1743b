"""Export tasks that CloudWatch Logs does not take."""

import pytest

from tests.simulated.exporting import AUGUST, JULY, add_july, july, ms


@pytest.fixture
def client(simulation):
    add_july(simulation)
    return simulation.client("logs")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"logGroupName": "/no/such/group"}, "ResourceNotFoundException"),
        ({"fromTime": ms(AUGUST)}, "InvalidParameterException"),
        ({"fromTime": 0, "to": ms(JULY) - 1}, "InvalidParameterException"),
        ({"destination": "no-such-bucket"}, "InvalidParameterException"),
    ],
    ids=["no such group", "ends before it starts", "ends before the group was created", "no such bucket"],
)
def test_a_request_that_cannot_be_met_is_refused(changes, error, client, simulation):
    with pytest.raises(getattr(client.exceptions, error)):
        client.create_export_task(**july(**changes))

    assert simulation.world.logs.tasks == []
    assert simulation.world.s3.objects == {}


def test_a_task_may_end_at_the_moment_its_group_was_created(client):
    assert client.create_export_task(**july(fromTime=0, to=ms(JULY)))["taskId"]


def test_a_group_that_is_deleted_is_known_no_more(client, simulation):
    simulation.world.logs.delete_group(july()["logGroupName"])

    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.create_export_task(**july())


def test_a_call_is_refused_when_a_test_asks_for_it(client, simulation):
    simulation.world.faults.refuse("CreateExportTask", "LimitExceededException", times=1)

    with pytest.raises(client.exceptions.LimitExceededException):
        client.create_export_task(**july())

    assert client.create_export_task(**july())["taskId"]


@pytest.mark.parametrize("changes", [{"limit": 50, "nextToken": "?"}, {"nextToken": "-1"}])
def test_a_page_that_there_is_not(changes, client):
    with pytest.raises(client.exceptions.InvalidParameterException):
        client.describe_export_tasks(**changes)


def test_nobody_cancels_a_task_that_there_is_not(client):
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.cancel_export_task(taskId="00000000-0000-0000-0000-000000000009")
