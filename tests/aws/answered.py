"""A failure in the state table, and the answers to it that are written and read there."""

from datetime import UTC, datetime, timedelta

from stepkeeper.aws import answers, edits_and_drops, lineages
from stepkeeper.aws.answers import Claim
from stepkeeper.aws.clients import client
from stepkeeper.domain.failure import Answer, Edit, FailureKey, FailureRecord
from tests.memory import Stack

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=1)
KEY = FailureKey("9f2c4e7a1b3d5f60", 1)
MACHINE = "arn:aws:states:ap-northeast-1:123456789012:stateMachine:nightly-orders"
RUN = "arn:aws:states:ap-northeast-1:123456789012:execution:nightly-orders:2026-11-26"
RESTART = Claim(KEY, "restart", f"{RUN}-again", None, MACHINE, RUN)
REDRIVE = Claim(KEY, "redrive", RUN, None, MACHINE, RUN)
EDIT = Edit('{"key": 2}', NOON, "the key was wrong")


def claim(stack: Stack, *claims: Claim, now: datetime = NOON) -> dict[FailureKey, str]:
    return answers.claim(client("dynamodb"), stack.state_table, claims, now=now)


def edit(
    stack: Stack, edit: Edit = EDIT, *, instead: Answer | None = None, claimed_at: datetime | None = None
) -> bool:
    dynamodb, table = client("dynamodb"), stack.state_table
    return edits_and_drops.write_edit(dynamodb, table, KEY, edit, instead=instead, claimed_at=claimed_at)


def drop(stack: Stack, *, instead: Answer | None = None, claimed_at: datetime | None = None) -> bool:
    return edits_and_drops.write_drop(
        client("dynamodb"),
        stack.state_table,
        KEY,
        reason="cancelled",
        instead=instead,
        claimed_at=claimed_at,
        now=LATER,
    )


def read(stack: Stack, key: FailureKey = KEY) -> FailureRecord | None:
    return lineages.read_record(client("dynamodb"), stack.state_table, key)
