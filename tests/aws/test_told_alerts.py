"""The alerts in the state table, made with the keys of template.yaml."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from stepkeeper.aws import told_alerts
from stepkeeper.aws.clients import client
from tests.conftest import Stack

NOON = datetime(2026, 11, 21, 12, 0, 0, 123456, tzinfo=UTC)


def items(stack: Stack) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = stack.aws.client("dynamodb").scan(TableName=stack.state_table)["Items"]
    return found


def test_it_is_remembered_to_the_microsecond_when_people_were_told_of_an_incident(stack: Stack) -> None:
    tokyo = NOON.astimezone(timezone(timedelta(hours=9)))
    told_alerts.write_told_at(
        client("dynamodb"), stack.state_table, "a#failed#b", told_at=tokyo, keep_for=timedelta(hours=1)
    )

    assert told_alerts.read_told_at(client("dynamodb"), stack.state_table, "a#failed#b") == NOON
    assert told_alerts.read_told_at(client("dynamodb"), stack.state_table, "a#failed#c") is None


def test_what_was_told_is_forgotten_by_the_table_itself_in_the_attribute_that_the_template_names(
    stack: Stack,
) -> None:
    told_alerts.write_told_at(
        client("dynamodb"), stack.state_table, "incident", told_at=NOON, keep_for=timedelta(hours=1)
    )

    (item,) = items(stack)
    attribute = stack.template.properties("StateTable")["TimeToLiveSpecification"]["AttributeName"]
    assert item[attribute] == {"N": str(int(NOON.timestamp()) + 3600)}
