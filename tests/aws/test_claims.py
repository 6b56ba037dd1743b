"""The claims on loads, in a state table with the keys of template.yaml."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from botocore.exceptions import ClientError

from stepkeeper.aws import claims
from stepkeeper.aws.clients import client
from stepkeeper.domain.load_claimer import REMEMBERED_FOR, Claim
from tests.conftest import Stack

KEY = "weekly-sales/2026-W48"
RUN = "arn:aws:states:ap-northeast-1:123456789012:execution:load:2026-11-26"
NOON = datetime(2026, 11, 26, 12, 0, 0, 123456, tzinfo=UTC)
CLAIM = Claim(RUN, RUN, done=False, since=NOON, version=1)


def read(stack: Stack, key: str = KEY) -> Claim | None:
    return claims.read_claim(client("dynamodb"), stack.state_table, key)


def write(stack: Stack, claim: Claim, key: str = KEY) -> bool:
    return claims.write_claim(client("dynamodb"), stack.state_table, key, claim)


def items(stack: Stack) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = stack.aws.client("dynamodb").scan(TableName=stack.state_table)["Items"]
    return found


def test_a_load_that_nobody_claimed_has_no_claim(stack: Stack) -> None:
    assert read(stack) is None


@pytest.mark.parametrize("done", [False, True])
@pytest.mark.parametrize("holder", [RUN, None])
@pytest.mark.parametrize("load_as", [RUN, None])
def test_a_claim_is_read_as_it_was_written(
    stack: Stack, done: bool, holder: str | None, load_as: str | None
) -> None:
    claim = Claim(holder, load_as, done=done, since=NOON, version=1)

    assert write(stack, claim) is True

    assert read(stack) == claim


@pytest.mark.parametrize("key", [KEY, "売上/週 48", "x" * 1000])
def test_a_claim_is_on_one_load_only(stack: Stack, key: str) -> None:
    write(stack, CLAIM, key)

    assert read(stack, key) == CLAIM
    assert read(stack, f"{key}9") is None


def test_an_operator_who_looks_into_the_table_sees_who_is_at_the_load_and_since_when(stack: Stack) -> None:
    write(stack, CLAIM)

    assert items(stack) == [
        {
            "pk": {"S": "load#weekly-sales/2026-W48"},
            "sk": {"S": "claim"},
            "holder": {"S": RUN},
            "load_as": {"S": RUN},
            "done": {"BOOL": False},
            "since": {"S": "2026-11-26T12:00:00.123456+00:00"},
            "version": {"N": "1"},
            "expires_at": {"N": str(int(NOON.timestamp()) + 400 * 86_400)},
        }
    ]


def test_a_claim_is_forgotten_by_the_table_itself_in_the_attribute_that_the_template_names(
    stack: Stack,
) -> None:
    write(stack, CLAIM)

    (item,) = items(stack)
    attribute = stack.template.properties("StateTable")["TimeToLiveSpecification"]["AttributeName"]
    assert timedelta(days=366) < REMEMBERED_FOR
    assert item[attribute] == {"N": str(int((NOON + REMEMBERED_FOR).timestamp()))}


def test_a_claim_takes_the_place_of_the_version_before_it_and_nothing_of_that_is_left(stack: Stack) -> None:
    write(stack, CLAIM)
    freed = Claim(None, None, done=False, since=NOON, version=2)

    assert write(stack, freed) is True

    assert read(stack) == freed
    assert len(items(stack)) == 1


@pytest.mark.parametrize("version", [1, 2, 4])
def test_a_claim_that_somebody_else_has_changed_stays_as_they_left_it(stack: Stack, version: int) -> None:
    theirs = [replace(CLAIM, holder="arn:other", version=number) for number in (1, 2)]
    assert all(write(stack, claim) for claim in theirs)

    assert write(stack, replace(CLAIM, version=version)) is False

    assert read(stack) == theirs[-1]


def test_of_two_first_claims_one_is_written(stack: Stack) -> None:
    written = [write(stack, replace(CLAIM, holder=run)) for run in ("arn:a", "arn:b")]

    found = read(stack)
    assert written == [True, False]
    assert found is not None
    assert found.holder == "arn:a"


def test_a_claim_that_the_table_lost_after_it_was_read_is_written_again(stack: Stack) -> None:
    assert write(stack, replace(CLAIM, version=5)) is True


def test_the_time_is_kept_as_it_is_in_utc_wherever_it_was_told(stack: Stack) -> None:
    write(stack, replace(CLAIM, since=NOON.astimezone(ZoneInfo("Asia/Tokyo"))))

    assert items(stack)[0]["since"] == {"S": "2026-11-26T12:00:00.123456+00:00"}


def test_what_else_goes_wrong_is_not_taken_for_somebody_who_was_faster(stack: Stack) -> None:
    with pytest.raises(ClientError, match="2048 bytes"):
        write(stack, CLAIM, "x" * 3000)
    with pytest.raises(ClientError, match="ResourceNotFound"):
        claims.write_claim(client("dynamodb"), "nowhere", KEY, CLAIM)

    assert items(stack) == []


def test_a_claim_is_read_as_the_last_write_left_it(stack: Stack) -> None:
    """moto is always consistent, DynamoDB only where it is asked to be."""
    asked: list[Any] = []
    client("dynamodb").meta.events.register(
        "before-parameter-build.dynamodb.GetItem", lambda params, **_: asked.append(params["ConsistentRead"])
    )

    read(stack)

    assert asked == [True]
