"""What became of a lineage is answered from the state table and Step Functions."""

from datetime import timedelta

import pytest

from stepkeeper.domain.lineage import lineage_of
from stepkeeper.spool.errors import LineageUnknown

HOUR = timedelta(hours=1)


@pytest.fixture
def told(failing):
    """What the history of a lineage tells, in short."""

    def tell(lineage):
        history = failing.ask("history", lineage=lineage)
        assert history["lineage"] == lineage
        moments = [event["at"] for event in history["events"]]
        assert moments == sorted(moments)
        return history["state"], [event["what"] for event in history["events"]]

    return tell


def later(failing):
    failing.world.clock.move(HOUR)


def test_a_lineage_is_told_from_its_first_failure_to_its_end(failing, told):
    lineage = failing.fail("2026-11-21", state_type="Fail")
    states = [told(lineage)]
    for status in ("FAILED", "SUCCEEDED"):
        later(failing)
        failing.ask()
        states.append(told(lineage))
        later(failing)
        failing.end(failing.reruns[-1].execution.arn, status, state_type="Fail")
        states.append(told(lineage))

    assert [state for state, _ in states] == ["spooled", "running", "spooled", "running", "succeeded"]
    spooled_twice = ["failed", "spooled", "restarted", "failed again", "spooled", "restarted", "succeeded"]
    assert [events for _, events in states] == [spooled_twice[:count] for count in (2, 3, 5, 6, 7)]


def test_each_event_says_which_execution_it_is_about(failing):
    lineage = failing.fail("2026-11-21", state_type="Fail")
    later(failing)
    failing.ask()

    events = failing.ask("history", lineage=lineage)["events"]

    first, rerun = (run.execution.arn for run in failing.world.step_functions.runs)
    assert rerun.endswith(f":r1-{lineage}-2026-11-21")
    assert [event.get("execution_arn") for event in events] == [first, None, rerun]
    assert events[0]["error"] == "OutsideSystemDown"
    assert events[1]["message_id"] == failing.world.spool.deleted.popitem()[0]


@pytest.mark.parametrize(
    ("status", "state"), [("FAILED", "failed again"), ("TIMED_OUT", "timed out"), ("ABORTED", "aborted")]
)
def test_how_the_last_run_ended_is_known_though_nobody_has_told_of_it(status, state, failing, told):
    lineage = failing.put_failed()
    failing.ask()
    failing.world.step_functions.end(failing.reruns[0].execution.arn, status)

    assert told(lineage) == (state, ["restarted", state])


def test_a_redriven_run_is_told_as_one_lineage(failing, told):
    lineage = failing.fail()
    later(failing)
    failing.ask(plan=failing.plan())
    assert told(lineage) == ("running", ["failed", "spooled", "redriven"])

    later(failing)
    failing.end(failing.reruns[0].execution.arn)
    assert told(lineage)[0] == "spooled"

    later(failing)
    failing.ask(plan=failing.plan())
    failing.world.step_functions.end(failing.reruns[1].execution.arn, "SUCCEEDED")
    assert told(lineage)[0] == "succeeded"


def test_what_was_claimed_and_not_begun_is_about_to_be(failing, told):
    restarted, redriven = failing.fail("restarted"), failing.fail("redriven", error="Redriven")
    plan = failing.plan(error="Redriven")
    failing.world.faults.refuse("StartExecution")
    failing.world.faults.refuse("RedriveExecution")

    failing.ask(plan=plan)
    failing.ask()

    assert told(restarted)[0] == "about to be restarted"
    assert told(redriven)[0] == "about to be redriven"


def test_what_is_enough_is_told_with_its_reason(failing, told):
    failing.simulation.template.overrides["MaxAttempts"] = "1"
    lineage = failing.fail()

    assert told(lineage) == ("quarantined", ["failed", "quarantined"])
    (_, event) = failing.ask("history", lineage=lineage)["events"]
    assert event["reason"] == "it has failed 1 times, and max_attempts is 1"


def test_what_the_reprocessor_put_aside_was_spooled_before(failing, told):
    lineage = failing.fail()
    later(failing)
    failing.ask(plan=failing.plan(override="quarantine"))

    assert told(lineage) == ("quarantined", ["failed", "spooled", "quarantined"])


def test_what_a_person_did_is_told_with_the_reason(failing, told):
    failing.simulation.template.overrides["MaxAttempts"] = "1"
    lineage = failing.fail()
    later(failing)
    failing.ask("edit", lineage=lineage, input={}, reason="the key was wrong")
    assert told(lineage) == ("spooled", ["failed", "quarantined", "edited"])

    later(failing)
    failing.ask("drop", lineage=lineage, reason="the order was cancelled")

    assert told(lineage) == ("dropped", ["failed", "quarantined", "edited", "dropped"])
    reasons = [event.get("reason") for event in failing.ask("history", lineage=lineage)["events"]]
    assert reasons[2:] == ["the key was wrong", "the order was cancelled"]


def test_what_step_functions_has_forgotten_is_told_as_far_as_it_is_remembered(failing, told):
    lineage = failing.fail(state_type="Fail")
    failing.ask()
    failing.world.step_functions.end(failing.reruns[0].execution.arn, "SUCCEEDED")
    failing.world.clock.move(timedelta(days=100))

    state, events = told(lineage)

    assert events == ["failed", "spooled", "restarted"]
    assert state == "no longer known to Step Functions"


def test_a_lineage_that_nobody_knows_is_said_to_be_unknown(failing):
    failing.fail()

    with pytest.raises(LineageUnknown, match="Nothing is known of a lineage"):
        failing.ask("history", lineage=lineage_of("another"))
