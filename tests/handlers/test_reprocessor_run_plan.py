"""What a person has seen is done, no more and no less."""

import pytest


def names(failing):
    """The failed runs that were begun again, by their own names."""
    return sorted(run.name.split("-", 2)[-1] if run.by == "start" else run.name for run in failing.reruns)


def test_each_run_gets_its_verdict(failing):
    failing.fail("goes-on")
    failing.fail("begins-anew", state_type="Fail")
    failing.put("not JSON")
    plan = failing.plan()

    answer = failing.ask(plan=plan)

    assert sorted((run.by, run.name[:2]) for run in failing.reruns) == [("redrive", "go"), ("start", "r1")]
    assert answer == {
        "success": 2,
        "duplicates": 0,
        "quarantined": 1,
        "left": 0,
        "stopped_because": "the plan is done",
    }
    assert failing.world.quarantine.bodies == ["not JSON"]


def test_only_what_the_plan_has_seen_is_run(failing):
    failing.fail("chosen", error="Down")
    failing.fail("other", error="NoSuchKey")
    plan = failing.plan(error="Down")
    failing.fail("later", error="Down")

    answer = failing.ask(plan=plan)

    assert names(failing) == ["chosen"]
    assert (answer["success"], answer["left"], failing.visible) == (1, 2, 2)
    assert answer["stopped_because"] == "the plan is done"


def test_a_plan_is_found_among_many_others(failing):
    failing.put_many(250)
    failing.fail("chosen", error="Chosen")
    failing.put_many(50)
    plan = failing.plan(error="Chosen")

    answer = failing.ask(plan=plan, max=1000)

    assert names(failing) == ["chosen"]
    assert (answer["stopped_because"], failing.visible) == ("the plan is done", 300)


@pytest.mark.parametrize(("at_most", "begun"), [(1, 1), (30, 30), (99, 99), (130, 130), (150, 130)])
def test_no_more_of_a_plan_is_run_than_asked_for(at_most, begun, failing):
    """More than a hundred are begun with ten of them, and the other ninety of its first hundred were left."""
    failing.put_many(130)
    plan = failing.plan()

    answer = failing.ask(plan=plan, max=at_most)

    assert len(failing.reruns) == answer["success"] == begun
    assert answer["left"] == failing.visible == 130 - begun
    assert answer["stopped_because"] == ("max was reached" if at_most <= begun else "the plan is done")


def test_a_plan_is_carried_out_by_as_many_calls_as_it_takes(failing):
    failing.put_many(25)
    plan = failing.plan()

    told = [failing.ask(plan=plan, max=10)["stopped_because"] for _ in range(4)]

    assert len(failing.reruns) == 25
    assert told == ["max was reached", "max was reached", "the plan is done", "the plan is done"]


def test_what_came_off_the_spool_otherwise_is_done_too(failing):
    lineage = failing.fail("dropped")
    failing.fail("run")
    failing.fail("left", error="Other")
    plan = failing.plan(error="OutsideSystemDown")
    failing.ask("drop", lineage=lineage, reason="cancelled")
    failing.simulation.invoke("reprocessor", {"max": 1})

    assert failing.ask(plan=plan)["stopped_because"] == "the plan is done"


def test_what_is_in_other_hands_just_now_is_not_taken_for_done(failing):
    failing.fail()
    plan = failing.plan()
    failing.world.call("sqs", "ReceiveMessage", {"QueueUrl": failing.world.spool.url})

    answer = failing.ask(plan=plan)

    assert (answer["success"], answer["left"], answer["stopped_because"]) == (0, 1, "the spool is empty")
