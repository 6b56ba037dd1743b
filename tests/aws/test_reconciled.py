"""Until when the failures of each state machine were compared with what was spooled."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from stepkeeper.aws import reconciled
from stepkeeper.aws.clients import client
from tests.conftest import Stack

NOON = datetime(2026, 11, 26, 12, 0, 0, 123456, tzinfo=UTC)
MACHINES = [f"arn:aws:states:ap-northeast-1:123456789012:stateMachine:m{number}" for number in range(120)]


def read(stack: Stack, machines: list[str] = MACHINES) -> dict[str, datetime]:
    return reconciled.read_reconciled_until(client("dynamodb"), stack.state_table, machines)


def write(stack: Stack, machine: str, until: datetime) -> None:
    reconciled.write_reconciled_until(client("dynamodb"), stack.state_table, machine, until=until)


def test_a_state_machine_that_was_never_compared_is_left_out(stack: Stack) -> None:
    assert read(stack) == {}


def test_the_time_is_kept_for_each_state_machine_of_however_many(stack: Stack) -> None:
    compared = {MACHINES[number]: NOON + timedelta(seconds=number) for number in (0, 99, 100, 118)}
    for machine, until in compared.items():
        write(stack, machine, until)

    assert read(stack) == compared


def test_the_last_time_takes_the_place_of_the_one_before(stack: Stack) -> None:
    write(stack, MACHINES[0], NOON)
    write(stack, MACHINES[0], NOON + timedelta(minutes=15))

    assert read(stack) == {MACHINES[0]: NOON + timedelta(minutes=15)}


def test_no_machine_that_was_not_asked_for_is_told(stack: Stack) -> None:
    write(stack, MACHINES[0], NOON)

    assert read(stack, MACHINES[1:2]) == {}
    assert read(stack, []) == {}


def test_an_operator_who_looks_into_the_table_sees_the_time_in_utc_and_it_is_forgotten_in_a_year(
    stack: Stack,
) -> None:
    write(stack, MACHINES[0], NOON.astimezone(ZoneInfo("Asia/Tokyo")))

    items = stack.aws.client("dynamodb").scan(TableName=stack.state_table)["Items"]
    attribute = stack.template.properties("StateTable")["TimeToLiveSpecification"]["AttributeName"]
    assert items == [
        {
            "pk": {"S": f"reconciled#{MACHINES[0]}"},
            "sk": {"S": "until"},
            "until": {"S": "2026-11-26T12:00:00.123456+00:00"},
            attribute: {"N": str(int((NOON + timedelta(days=365)).timestamp()))},
        }
    ]
