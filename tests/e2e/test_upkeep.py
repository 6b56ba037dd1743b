"""A failure whose event was lost is found, and what waits for long is sent anew; nothing else changes."""

from local.deployed import Operator
from tests.e2e.support.envelopes import an_envelope, lineage_of
from tests.e2e.support.pipelines import FAILS, SUCCEEDS, Pipelines
from tests.e2e.support.resources import held
from tests.e2e.support.spool import by_run, peek, put
from tests.e2e.support.upkeep import leave_the_stacks_own_out, make_old, reconcile

NOTHING_REFRESHED = {"refreshed": 0, "looked_at": 1}


def test_a_failure_whose_event_was_lost_is_spooled_by_the_reconciler_once(
    operator: Operator, untouched: Pipelines, nightly: Pipelines
) -> None:
    pipeline = untouched.run("orders", FAILS)
    untouched.run("fine", SUCCEEDS)
    nightly.run("not-to-be-spooled", FAILS)
    [run] = operator.runs(pipeline)
    leave_the_stacks_own_out(operator)

    too_early = operator.invoke("SpoolReconciler", {})["repaired"]
    repaired = reconcile(operator, pipeline)
    again = reconcile(operator, pipeline)

    assert (too_early, repaired, again) == ([], [run["executionArn"]], [])
    [message] = by_run(operator).values()
    assert (message.body["lineage"], message.body["attempt"]) == (lineage_of(run), 1)
    assert (message.body["state"], message.body["error"], message.body["input"]) == ("Work", "DiskFull", {})


def test_what_has_waited_for_ten_days_is_sent_anew_and_the_rest_stays_as_it_is(operator: Operator) -> None:
    old, new = (an_envelope(operator.output("GuardedPipelineArn")) for _ in range(2))
    put(operator, "SpoolQueueUrl", old)
    put(operator, "QuarantineQueueUrl", new)
    [waiting] = peek(operator, "SpoolQueueUrl")

    nothing_old = operator.invoke("SpoolRefresher", {})
    unchanged = peek(operator, "SpoolQueueUrl")
    make_old(operator, "SpoolQueue")
    refreshed = operator.invoke("SpoolRefresher", {})

    assert nothing_old == {"spool": NOTHING_REFRESHED, "quarantine": NOTHING_REFRESHED}
    assert unchanged == [waiting]
    assert (refreshed["spool"]["refreshed"], refreshed["quarantine"]) == (1, NOTHING_REFRESHED)
    [sent_anew], [quarantined] = peek(operator, "SpoolQueueUrl"), peek(operator, "QuarantineQueueUrl")
    assert (sent_anew.body, quarantined.body) == (old, new)
    assert sent_anew.attributes.keys() == {"first_message_id"}
    assert (held(operator, "SpoolQueueUrl"), held(operator, "QuarantineQueueUrl")) == (1, 1)
