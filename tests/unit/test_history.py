"""What became of a lineage is told in the order in which it happened."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from stepkeeper.domain.failure import Edit, FailureKey, FailureRecord
from stepkeeper.domain.history import FORGOTTEN_AFTER, state_of, tell
from tests.unit.failed_runs import EXECUTION, LINEAGE, NOW, STATE_MACHINE

RERUN = f"{EXECUTION.rsplit(':', 1)[0]}:r1-{LINEAGE}-2026-11-21-0300"


def at(minute: int) -> datetime:
    return NOW + timedelta(minutes=minute)


FIRST = FailureRecord(
    FailureKey(LINEAGE, 1),
    state_machine_arn=STATE_MACHINE,
    execution_arn=EXECUTION,
    error="Down",
    failed_at=at(0),
    spooled_at=at(1),
    message_id="m1",
)
RESTARTED = replace(FIRST, answer="restart", answered_at=at(10), answered_as=RERUN)
SECOND = replace(
    FIRST,
    key=FailureKey(LINEAGE, 2),
    execution_arn=RERUN,
    failed_at=at(20),
    spooled_at=at(21),
    message_id="m2",
)
DROPPED = replace(SECOND, answer="drop", answered_at=at(30), answer_reason="the order was cancelled")
THIRD = replace(SECOND, key=FailureKey(LINEAGE, 3), quarantined_at=at(21), quarantine_reason="3 times")
QUARANTINED = replace(SECOND, quarantined_at=at(40), quarantine_reason="too large")
EDITED = replace(SECOND, edit=Edit("{}", at(50), "the key was wrong"))
LONG_AGO = NOW - FORGOTTEN_AFTER - timedelta(seconds=1)


def brief(*records: FailureRecord, ended=None) -> list[str]:
    return [event["what"] for event in tell(records, ended=ended)]


def test_each_event_says_when_which_attempt_and_what_there_is_to_look_at():
    told = tell([RESTARTED], ended=("SUCCEEDED", at(15)))

    assert told == [
        {
            "at": "2026-11-22T00:00:00+00:00",
            "what": "failed",
            "attempt": 1,
            "execution_arn": EXECUTION,
            "error": "Down",
        },
        {"at": "2026-11-22T00:01:00+00:00", "what": "spooled", "attempt": 1, "message_id": "m1"},
        {"at": "2026-11-22T00:10:00+00:00", "what": "restarted", "attempt": 1, "execution_arn": RERUN},
        {"at": "2026-11-22T00:15:00+00:00", "what": "succeeded", "execution_arn": RERUN},
    ]


@pytest.mark.parametrize(
    ("records", "ended", "told"),
    [
        ([FIRST], None, ["failed", "spooled"]),
        ([RESTARTED], None, ["failed", "spooled", "restarted"]),
        ([RESTARTED], ("RUNNING", None), ["failed", "spooled", "restarted"]),
        ([RESTARTED], ("TIMED_OUT", at(15)), ["failed", "spooled", "restarted", "timed out"]),
        ([RESTARTED], ("ABORTED", at(15)), ["failed", "spooled", "restarted", "aborted"]),
        ([RESTARTED, SECOND], None, ["failed", "spooled", "restarted", "failed again", "spooled"]),
        ([replace(FIRST, answer="redrive", answered_at=at(10))], None, ["failed", "spooled", "redriven"]),
        ([DROPPED], None, ["failed", "spooled", "dropped"]),
        ([THIRD], None, ["failed", "quarantined"]),
        ([QUARANTINED], None, ["failed", "spooled", "quarantined"]),
        ([EDITED], None, ["failed", "spooled", "edited"]),
        ([FailureRecord(FIRST.key)], None, []),
    ],
)
def test_what_happened_is_told_as_far_as_it_is_known(records, ended, told):
    assert brief(*records, ended=ended) == told


def test_it_is_told_in_order_of_time_even_if_it_became_known_later():
    """The reconciler spooled the first failure after the second one was."""
    late = replace(FIRST, spooled_at=at(45))

    assert brief(late, SECOND) == ["failed", "failed again", "spooled", "spooled"]


@pytest.mark.parametrize(
    ("record", "what", "reason"),
    [
        (DROPPED, "dropped", "the order was cancelled"),
        (THIRD, "quarantined", "3 times"),
        (QUARANTINED, "quarantined", "too large"),
        (EDITED, "edited", "the key was wrong"),
    ],
)
def test_what_somebody_did_has_its_reason(record, what, reason):
    (event,) = [event for event in tell([record], ended=None) if event["what"] == what]

    assert event["reason"] == reason


@pytest.mark.parametrize(
    ("last", "ended", "state"),
    [
        (FIRST, None, "spooled"),
        (THIRD, None, "quarantined"),
        (QUARANTINED, None, "quarantined"),
        (replace(QUARANTINED, edit=Edit("{}", at(41), "")), None, "spooled"),
        (replace(QUARANTINED, edit=Edit("{}", at(39), "")), None, "quarantined"),
        (DROPPED, None, "dropped"),
        (RESTARTED, None, "about to be restarted"),
        (replace(RESTARTED, answered_at=NOW - FORGOTTEN_AFTER), None, "about to be restarted"),
        (replace(RESTARTED, answered_at=LONG_AGO), None, "no longer known to Step Functions"),
        (replace(FIRST, answer="redrive"), None, "about to be redriven"),
        (RESTARTED, ("RUNNING", None), "running"),
        (RESTARTED, ("PENDING_REDRIVE", None), "running"),
        (RESTARTED, ("SUCCEEDED", at(15)), "succeeded"),
        (RESTARTED, ("FAILED", at(15)), "failed again"),
        (RESTARTED, ("TIMED_OUT", at(15)), "timed out"),
        (RESTARTED, ("ABORTED", at(15)), "aborted"),
    ],
)
def test_the_last_failure_says_how_a_lineage_stands(last, ended, state):
    assert state_of(last, ended, now=NOW) == state
