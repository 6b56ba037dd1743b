"""What an entry of the ledger says of its period."""

from dataclasses import replace

import pytest

from stepkeeper.domain.ledger import Part
from tests.export_values import attempt, entry, exported

PLANNED, SUBMITTED = Part(0, 5), Part(0, 5, "submitted", attempt=attempt())
DONE = Part(5, 9, "completed", attempt=attempt(), tries=2, objects=3, bytes=30)
EMPTY = Part(9, 12, "empty", attempt=attempt(), tries=1)
FAILED = Part(12, 15, "failed", tries=3, reason="no")


@pytest.mark.parametrize(
    ("parts", "changes", "state"),
    [
        ([PLANNED], {}, "planned"),
        ([replace(PLANNED, attempt=attempt(task_id=None))], {}, "submitted"),
        ([SUBMITTED], {}, "submitted"),
        ([PLANNED, DONE], {}, "submitted"),
        ([DONE], {}, "submitted"),
        ([DONE], {"manifest": "key"}, "completed"),
        ([EMPTY], {"manifest": "key"}, "empty"),
        ([EMPTY, EMPTY], {"manifest": "key"}, "empty"),
        ([DONE, EMPTY], {"manifest": "key"}, "completed"),
        ([FAILED, DONE], {"given_up": True}, "failed"),
        ([FAILED], {"given_up": True, "lost": "deleted"}, "lost"),
        ([DONE], {"manifest": "key", "lost": "deleted"}, "lost"),
        ([PLANNED], {"accepted": "so"}, "planned"),
    ],
)
def test_the_state_of_a_period_is_told_by_its_parts_and_its_manifest(parts, changes, state):
    assert entry("2026-10", *parts, **changes).state == state


def test_what_was_counted_and_tried_is_told_of_all_parts():
    made = entry("2026-10", FAILED, EMPTY, DONE)

    assert (made.from_ms, made.to_ms) == (5, 15)
    assert (made.objects, made.bytes, made.tries) == (3, 30, 6)


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (entry(), None),
        (exported(), None),
        (entry("2026-10", DONE, FAILED), "no"),
        (entry("2026-10", FAILED, lost="deleted"), "deleted"),
    ],
)
def test_why_it_failed_is_told_by_the_part_that_did(made, reason):
    assert made.reason == reason
