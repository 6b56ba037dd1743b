"""Plans, in a state table with the keys of template.yaml."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from stepkeeper.aws import plans
from stepkeeper.aws.clients import client
from stepkeeper.domain.failure import FailureKey
from stepkeeper.domain.plan import PLAN_LASTS, Plan
from tests.conftest import Stack
from tests.wire import Crash

STATE_MACHINE = "arn:aws:states:ap-northeast-1:123456789012:stateMachine:nightly-orders"
NOON = datetime(2026, 11, 26, 12, 0, 0, 123456, tzinfo=UTC)
EMPTY = Plan("1f0c2a9b", NOON, "spool", forced=False)
PLAN = replace(
    EMPTY,
    verdicts={
        FailureKey("9f2c4e7a1b3d5f60", 1): "redrive",
        FailureKey("9f2c4e7a1b3d5f61", 1): "restart",
        FailureKey("9f2c4e7a1b3d5f61", 2): "restart",
        FailureKey("9f2c4e7a1b3d5f62", 12): "wait",
        FailureKey("9f2c4e7a1b3d5f63", 3): "quarantine",
    },
)


def write(stack: Stack, plan: Plan) -> None:
    plans.write_plan(client("dynamodb"), stack.state_table, plan)


def read(stack: Stack, plan_id: str = PLAN.id) -> Plan | None:
    return plans.read_plan(client("dynamodb"), stack.state_table, plan_id)


@pytest.mark.parametrize(
    "plan",
    [
        EMPTY,
        PLAN,
        replace(PLAN, source="quarantine", forced=True),
        replace(PLAN, revisions={STATE_MACHINE: "a-revision", f"{STATE_MACHINE}-2": ""}),
    ],
)
def test_a_plan_is_read_as_it_was_written(plan: Plan, stack: Stack) -> None:
    write(stack, plan)

    assert read(stack) == plan


def test_a_plan_of_more_than_one_item_holds_is_read_whole(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plans, "KEYS_ON_A_PAGE", 7)
    plan = replace(EMPTY, verdicts={FailureKey(f"{number:016x}", 1): "restart" for number in range(50)})
    write(stack, plan)

    assert read(stack) == plan
    items = stack.aws.client("dynamodb").scan(TableName=stack.state_table)["Items"]
    assert len(items) == 9


def test_a_page_of_the_longest_keys_fits_into_an_item() -> None:
    key = FailureKey("9f2c4e7a1b3d5f60", 999_999_999)

    assert plans.KEYS_ON_A_PAGE * len(str(key)) < 400_000 - 1_000


def test_another_plan_is_none_of_it(stack: Stack) -> None:
    write(stack, PLAN)

    assert read(stack, "1f0c2a9") is None
    assert read(stack, "1f0c2a9b0") is None


@pytest.mark.parametrize("call", range(4))
def test_a_plan_that_was_written_in_part_is_none(call: int, stack: Stack) -> None:
    with stack.aws.wire.breaking(call, "crash after"), pytest.raises(Crash):
        write(stack, PLAN)

    assert read(stack) is None


def test_a_plan_goes_by_itself_once_it_is_too_old_to_be_carried_out(stack: Stack) -> None:
    write(stack, PLAN)

    items = stack.aws.client("dynamodb").scan(TableName=stack.state_table)["Items"]
    over = int((NOON + PLAN_LASTS).timestamp())
    assert {int(item["expires_at"]["N"]) for item in items} == {over}
