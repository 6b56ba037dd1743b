"""Executions are redriven as Step Functions does it."""

from datetime import timedelta
from typing import Any

import pytest

from tests.simulated.simulation import Simulation


@pytest.fixture
def client(simulation: Simulation) -> Any:
    return simulation.client("stepfunctions")


@pytest.fixture
def failed(simulation: Simulation) -> str:
    arn = simulation.start(simulation.world.step_functions.add_machine(), "r1")
    simulation.world.step_functions.end(arn, "FAILED", error="Down", cause="It rains.")
    return arn


def test_a_redrive_goes_on_with_the_same_execution(simulation, client, failed):
    assert client.describe_execution(executionArn=failed)["redriveStatus"] == "REDRIVABLE"
    simulation.world.clock.move(timedelta(days=14))

    client.redrive_execution(executionArn=failed)

    told = client.describe_execution(executionArn=failed)
    assert (told["status"], told["redriveCount"], "error" in told, "stopDate" in told) == (
        "RUNNING", 1, False, False,
    )  # fmt: skip
    assert [(run.by, run.name, run.redrive_count) for run in simulation.world.step_functions.runs] == [
        ("start", "r1", 0),
        ("redrive", "r1", 1),
    ]


@pytest.mark.parametrize(
    ("status", "passed"),
    [(None, 0), ("SUCCEEDED", 0), ("FAILED", 14 * 86_400 + 1), ("ABORTED", 14 * 86_400 + 1)],
)
def test_what_can_not_be_redriven_is_refused(status, passed, simulation, client):
    arn = simulation.start(simulation.world.step_functions.add_machine(), "r1")
    if status:
        simulation.world.step_functions.end(arn, status)
    simulation.world.clock.move(timedelta(seconds=passed))

    with pytest.raises(client.exceptions.ExecutionNotRedrivable):
        client.redrive_execution(executionArn=arn)

    assert client.describe_execution(executionArn=arn)["redriveCount"] == 0


@pytest.mark.parametrize(("minutes", "redrives"), [(14, 1), (15, 2)])
def test_a_token_redrives_once_in_fifteen_minutes_even_if_the_run_has_failed_again(
    minutes, redrives, simulation, client, failed
):
    client.redrive_execution(executionArn=failed, clientToken="lineage-0")
    simulation.world.step_functions.end(failed, "FAILED")
    simulation.world.clock.move(timedelta(minutes=minutes))

    client.redrive_execution(executionArn=failed, clientToken="lineage-0")

    assert client.describe_execution(executionArn=failed)["redriveCount"] == redrives
