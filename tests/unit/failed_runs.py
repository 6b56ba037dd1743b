"""A failed run that waits, as the rules see it."""

from datetime import UTC, datetime, timedelta

from stepkeeper.domain.breaker import Outage
from stepkeeper.domain.failure import Edit, FailureKey, FailureRecord
from stepkeeper.domain.spooled_run import SpooledRun, Unreadable

STATE_MACHINE = "arn:aws:states:ap-northeast-1:123456789012:stateMachine:nightly-orders"
EXECUTION = "arn:aws:states:ap-northeast-1:123456789012:execution:nightly-orders:2026-11-21-0300"
LINEAGE = "9f2c4e7a1b3d5f60"
KEY = FailureKey(LINEAGE, 1)
NOW = datetime(2026, 11, 22, tzinfo=UTC)
SECOND = timedelta(seconds=1)
INPUT_BYTES = 262_144
"""What an execution takes."""

RUN = SpooledRun(
    key=KEY,
    state_machine_arn=STATE_MACHINE,
    name=f"r1-{LINEAGE}-2026-11-21-0300",
    input='{"key":"12345"}',
    input_bytes=15,
    execution_arn=EXECUTION,
    error="OutsideSystemDown",
    cause="it rains",
    failed_at=NOW - timedelta(hours=2),
)
UNKNOWN = FailureRecord(KEY)
KNOWN = FailureRecord(KEY, started_at=NOW - timedelta(hours=3), resumable=True)
UNREADABLE = Unreadable(KEY, "the message is not JSON: it is not")
EDIT = Edit('{"key":"54321"}', NOW - timedelta(hours=1), "the key was wrong")
OUTAGE = Outage(STATE_MACHINE, NOW - timedelta(minutes=1), "3 of the first 10 runs failed again")
