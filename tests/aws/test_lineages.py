"""What is remembered of failures, in a state table as template.yaml has it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from stepkeeper.aws import answers, edits_and_drops, lineages
from stepkeeper.aws.clients import client
from stepkeeper.domain.failure import Edit, FailureKey, FailureRecord
from tests.conftest import Stack

NOON = datetime(2026, 11, 26, 12, 0, 0, 123456, tzinfo=UTC)
KEY = FailureKey("9f2c4e7a1b3d5f60", 1)
MACHINE = "arn:aws:states:ap-northeast-1:123456789012:stateMachine:nightly-orders"
RUN = "arn:aws:states:ap-northeast-1:123456789012:execution:nightly-orders:2026-11-26"
FULL = FailureRecord(
    key=KEY,
    state_machine_arn=MACHINE,
    execution_arn=RUN,
    error="外部システム停止",
    failed_at=NOON,
    started_at=NOON - timedelta(minutes=5),
    resumable=True,
    spooled_at=NOON + timedelta(seconds=1),
    message_id="00000000-0000-4000-8000-000000000001",
    quarantined_at=NOON + timedelta(seconds=1),
    quarantine_reason="it has failed 3 times, and max_attempts is 3",
)


def read(stack: Stack, key: FailureKey = KEY) -> FailureRecord | None:
    return lineages.read_record(client("dynamodb"), stack.state_table, key)


def write(stack: Stack, record: FailureRecord = FULL, *, now: datetime = NOON) -> None:
    lineages.write_spooled(client("dynamodb"), stack.state_table, record, now=now)


def items(stack: Stack) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = stack.aws.client("dynamodb").scan(TableName=stack.state_table)["Items"]
    return found


def test_of_a_failure_that_nobody_told_of_nothing_is_remembered(stack: Stack) -> None:
    assert read(stack) is None


def test_what_is_remembered_of_a_failure_is_read_as_it_was_written(stack: Stack) -> None:
    write(stack)

    assert read(stack) == FULL


def test_what_is_not_known_of_a_failure_is_not_known_when_it_is_read(stack: Stack) -> None:
    bare = FailureRecord(key=KEY, error="", spooled_at=NOON, message_id="1")

    write(stack, bare)

    assert read(stack) == replace(bare, error=None)


def test_an_operator_who_looks_into_the_table_finds_the_failure_by_its_lineage_and_can_read_it(
    stack: Stack,
) -> None:
    write(stack)

    (item,) = items(stack)
    assert (item["pk"], item["sk"]) == ({"S": "lineage#9f2c4e7a1b3d5f60"}, {"S": "failure#0000000001"})
    assert item["error"] == {"S": "外部システム停止"}
    assert item["failed_at"] == {"S": "2026-11-26T12:00:00.123456+00:00"}
    assert item["resumable"] == {"BOOL": True}


def test_a_failure_is_forgotten_by_the_table_itself_after_the_longest_execution(stack: Stack) -> None:
    write(stack)

    (item,) = items(stack)
    attribute = stack.template.properties("StateTable")["TimeToLiveSpecification"]["AttributeName"]
    assert item[attribute] == {"N": str(int((NOON + timedelta(days=365)).timestamp()))}


def test_a_time_is_kept_as_it_is_in_utc_wherever_it_was_told(stack: Stack) -> None:
    tokyo = ZoneInfo("Asia/Tokyo")

    write(stack, replace(FULL, failed_at=NOON.astimezone(tokyo)), now=NOON.astimezone(tokyo))

    assert items(stack)[0]["failed_at"] == {"S": "2026-11-26T12:00:00.123456+00:00"}


def test_a_failure_that_is_told_again_keeps_its_answer_and_its_edit(stack: Stack) -> None:
    edit = Edit("{}", NOON, "the key was wrong")
    write(stack)
    edits_and_drops.write_edit(client("dynamodb"), stack.state_table, KEY, edit, instead=None)
    answered = answers.Claim(KEY, "restart", f"{RUN}-again", NOON, MACHINE, RUN)
    answers.claim(client("dynamodb"), stack.state_table, [answered], now=NOON)

    write(stack, replace(FULL, message_id="2"), now=NOON + timedelta(hours=1))

    assert read(stack) == replace(
        FULL,
        message_id="2",
        answer="restart",
        answered_as=f"{RUN}-again",
        answered_at=NOON,
        claimed_at=NOON,
        edit=edit,
    )


def test_what_became_of_a_run_of_long_ago_is_forgotten_for_the_one_that_has_its_name_now(
    stack: Stack,
) -> None:
    write(stack)
    answers.claim(
        client("dynamodb"),
        stack.state_table,
        [answers.Claim(KEY, "restart", "", None, MACHINE, RUN)],
        now=NOON,
    )
    now = replace(FULL, quarantined_at=None, quarantine_reason=None, failed_at=NOON + timedelta(days=180))

    lineages.write_spooled(client("dynamodb"), stack.state_table, now, afresh=True, now=NOON)

    assert read(stack) == now


def test_a_failure_that_was_put_into_quarantine_is_remembered_with_the_reason(stack: Stack) -> None:
    write(stack, replace(FULL, quarantined_at=None, quarantine_reason=None))
    later = NOON + timedelta(hours=1)

    lineages.write_quarantined(
        client("dynamodb"), stack.state_table, KEY, reason="there is no such machine", now=later
    )

    assert read(stack) == replace(FULL, quarantined_at=later, quarantine_reason="there is no such machine")


def test_a_message_that_came_from_anywhere_can_be_put_into_quarantine_too(stack: Stack) -> None:
    lineages.write_quarantined(client("dynamodb"), stack.state_table, KEY, reason="not JSON", now=NOON)

    assert read(stack) == FailureRecord(KEY, quarantined_at=NOON, quarantine_reason="not JSON")
