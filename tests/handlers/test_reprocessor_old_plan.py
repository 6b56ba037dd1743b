"""A plan does nothing to what is no longer as it was shown, and a person may overrule what it shows."""

from datetime import timedelta

import pytest

from stepkeeper.domain.plan import PLAN_LASTS
from stepkeeper.spool.errors import PlanUnknown

SECOND = timedelta(seconds=1)


def test_a_plan_can_be_carried_out_for_a_day(failing):
    failing.fail()
    plan = failing.plan()
    failing.world.clock.move(PLAN_LASTS - 60 * SECOND)

    assert failing.ask(plan=plan)["success"] == 1


@pytest.mark.parametrize("plan", ["too old", "unknown", "half written"])
def test_a_plan_that_can_not_be_carried_out_does_nothing(plan, failing):
    failing.fail()
    plan_id = failing.plan() if plan != "unknown" else "ffffffff"
    if plan == "too old":
        failing.world.clock.move(PLAN_LASTS + SECOND)
    if plan == "half written":
        key = next(item for item in failing.world.table.items if item["sk"]["S"] == "plan")["pk"]["S"]
        failing.world.table.write((key, "plan"), None)

    with pytest.raises(PlanUnknown, match=f"no plan {plan_id}.*Nothing was run"):
        failing.ask(plan=plan_id)

    assert failing.reruns == []
    assert failing.visible == 1
    assert not any(call.startswith("sqs:") for call in failing.simulation.wire.calls)


def test_what_was_edited_since_is_left_for_another_plan(failing):
    lineage = failing.fail()
    plan = failing.plan()
    failing.world.clock.move(SECOND)
    failing.ask("edit", lineage=lineage, input={"key": "new"}, reason="the key was wrong")

    old = failing.ask(plan=plan)
    new = failing.ask(plan=failing.plan())

    assert (old["success"], old["left"]) == (0, 1)
    assert (new["success"], new["left"]) == (1, 0)
    assert [run.input for run in failing.reruns] == ['{"key":"new"}']


def test_a_person_takes_runs_out_of_quarantine(failing):
    failing.simulation.template.overrides["MaxAttempts"] = "1"
    for number in range(3):
        failing.fail(f"order-{number}")
    as_it_is = failing.plan(**{"from": "quarantine"})
    restart = failing.plan(override="restart", **{"from": "quarantine"})

    nothing = failing.ask(plan=as_it_is)
    answer = failing.ask(plan=restart)

    assert (nothing["success"], nothing["left"]) == (0, 3)
    assert (answer["success"], answer["left"]) == (3, 0)
    assert [run.name[-7:] for run in failing.reruns] == ["order-0", "order-1", "order-2"]
    assert failing.world.quarantine.messages == []


def test_a_plan_to_quarantine_puts_aside_and_a_plan_to_wait_leaves(failing):
    failing.fail()
    wait, quarantine = failing.plan(override="wait"), failing.plan(override="quarantine")

    waited = failing.ask(plan=wait)
    aside = failing.ask(plan=quarantine)

    assert (waited["success"], waited["left"]) == (0, 1)
    assert (aside["quarantined"], aside["left"]) == (1, 0)
    assert len(failing.world.quarantine.messages) == 1
