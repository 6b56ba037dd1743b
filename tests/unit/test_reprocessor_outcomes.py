"""What became of the messages of a batch, and whether another batch follows."""

import pytest

from stepkeeper.domain.outcome import REFUSALS, STOP_BEFORE_MS, Outcome, outcome_of_refusal, why_stop


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("ExecutionAlreadyExists", "duplicate"),
        ("ThrottlingException", "later"),
        ("ExecutionLimitExceeded", "later"),
        ("InvalidArn", "never"),
        ("InvalidExecutionInput", "never"),
        ("InvalidName", "never"),
        ("StateMachineDoesNotExist", "never"),
        ("StateMachineDeleting", "never"),
        ("ValidationException", "never"),
        ("AccessDeniedException", "broken"),
        ("ExpiredTokenException", "broken"),
        ("InternalFailure", "broken"),
        ("KmsAccessDeniedException", "broken"),
        ("ServiceUnavailable", "broken"),
    ],
)
def test_each_refusal_of_a_start_has_its_meaning(code, kind):
    assert outcome_of_refusal(code, "why") == Outcome(kind, "why")


def test_a_message_is_deleted_only_where_its_run_or_its_place_in_quarantine_is_known():
    settled = {
        kind: Outcome(kind, "").settled
        for kind in ("started", "duplicate", "quarantined", "later", "never", "broken")
    }

    assert settled == {
        "started": True,
        "duplicate": True,
        "quarantined": True,
        "later": False,
        "never": False,
        "broken": False,
    }
    assert not any(Outcome(kind, "").settled for kind in set(REFUSALS.values()) - {"duplicate"})


STARTED, LATER, DUPLICATE = Outcome("started", ""), Outcome("later", ""), Outcome("duplicate", "")
FAILING = Outcome("failing", "")


@pytest.mark.parametrize(
    ("outcomes", "started", "remaining_ms", "reason"),
    [
        ([], 0, 300_000, "the spool is empty"),
        ([], 10, 0, "the spool is empty"),
        ([STARTED, LATER], 1, 300_000, "throttled"),
        ([STARTED, LATER], 10, 300_000, "throttled"),
        ([STARTED, FAILING], 1, 300_000, "runs are failing again"),
        ([FAILING], 10, 300_000, "runs are failing again"),
        ([STARTED], 10, 300_000, "max was reached"),
        ([STARTED], 11, 0, "max was reached"),
        ([STARTED], 9, 300_000, None),
        ([DUPLICATE], 0, 300_000, None),
        ([STARTED], 9, STOP_BEFORE_MS, None),
        ([STARTED], 9, STOP_BEFORE_MS - 1, "out of time"),
    ],
)
def test_why_no_further_batch_is_received(outcomes, started, remaining_ms, reason):
    assert why_stop(outcomes, tried=started, at_most=10, remaining_ms=remaining_ms) == reason
