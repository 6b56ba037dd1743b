"""Open incidents, and what is remembered of those that are over."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from stepkeeper.aws import incidents
from stepkeeper.aws.clients import client
from stepkeeper.domain.incident import TOLD_FOR, Incident, Told
from tests.conftest import Stack

NOON = datetime(2026, 11, 26, 12, 0, 0, 123456, tzinfo=UTC)
HOUR = timedelta(hours=1)
INCIDENT = Incident("orders", NOON, NOON + HOUR, "failed", told_at=NOON + HOUR, last_start=NOON)


def opened(stack: Stack) -> dict[str, Incident]:
    return incidents.read_open_incidents(client("dynamodb"), stack.state_table)


def told(stack: Stack, *names: str) -> dict[str, Told]:
    return incidents.read_told(client("dynamodb"), stack.state_table, names)


def write(stack: Stack, incident: Incident) -> None:
    incidents.write_incident(client("dynamodb"), stack.state_table, incident)


@pytest.mark.parametrize(
    "incident",
    [
        INCIDENT,
        replace(INCIDENT, verdict="missing", missed=3, last_start=NOON + 2 * HOUR),
        replace(INCIDENT, reminded_at=NOON + 5 * HOUR, run_arn="arn:run"),
    ],
)
def test_an_incident_is_read_as_it_was_written(stack: Stack, incident: Incident) -> None:
    write(stack, incident)

    assert opened(stack) == {"orders": incident}


def test_a_pipeline_has_one_open_incident(stack: Stack) -> None:
    write(stack, replace(INCIDENT, run_arn="arn:run"))
    write(stack, INCIDENT.with_missed(NOON + 24 * HOUR))
    write(stack, replace(INCIDENT, pipeline="bills"))

    assert opened(stack) == {
        "orders": INCIDENT.with_missed(NOON + 24 * HOUR),
        "bills": replace(INCIDENT, pipeline="bills"),
    }


def test_of_one_that_is_over_it_is_known_for_a_while_which_starts_it_was_about(stack: Stack) -> None:
    incident = INCIDENT.with_missed(NOON + 24 * HOUR)
    write(stack, incident)

    incidents.close_incident(client("dynamodb"), stack.state_table, incident, now=NOON + 30 * HOUR)

    assert opened(stack) == {}
    assert told(stack, "orders", "orders", "bills") == {"orders": Told(NOON, NOON + 24 * HOUR)}
    (item,) = stack.aws.client("dynamodb").scan(TableName=stack.state_table)["Items"]
    assert int(item["expires_at"]["N"]) == int((NOON + 30 * HOUR + TOLD_FOR).timestamp())


def test_of_more_than_one_page_of_them_each_is_found(stack: Stack) -> None:
    long = replace(INCIDENT, run_arn=f"arn:{'x' * 300_000}")
    for number in range(5):
        write(stack, replace(long, pipeline=f"p{number}"))

    assert sorted(opened(stack)) == [f"p{number}" for number in range(5)]
    assert stack.aws.wire.calls.count("dynamodb:Query") > 1
