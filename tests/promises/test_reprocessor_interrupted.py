"""Wherever a run of the spool breaks off: what failed is kept, and runs once (promises 1 and 2)."""

from collections import Counter
from collections.abc import Callable

import pytest

from tests.promises.failures import answers_to
from tests.promises.interruption import Call, Scenario, somebody_calls_again, visit
from tests.promises.stage import Stage
from tests.simulated.queue import Message
from tests.simulated.simulation import Simulation


def calling(stage: Stage, **event: object) -> Call:
    return lambda: stage.reprocess(**event)


def copy(stage: Stage, message: Message) -> None:
    """The same failure was sent twice."""
    sent = {"QueueUrl": stage.world.spool.url, "MessageBody": message.body}
    stage.world.call("sqs", "SendMessage", sent | {"MessageAttributes": message.attributes})


def a_mixed_spool(stage: Stage) -> Call:
    """Two good ones, one of them twice; one that was dropped, no JSON, a bare input, and a third failure."""
    [dropped, _, _] = stage.spool(stage.without, "dropped", "first", "second")
    for message in stage.world.spool.messages[:2]:
        copy(stage, message)
    stage.drop(dropped.key.lineage)
    stage.put("key=12345")
    stage.put('{"key": "12345"}', input={"key": "12345"})
    stage.simulation.template.overrides["MaxAttempts"] = "4"
    stage.simulation.invoke("error_spooler", stage.fail_often(stage.without, 3))
    del stage.simulation.template.overrides["MaxAttempts"]
    return calling(stage)


def a_plan_with_redrives(stage: Stage) -> Call:
    """One run broke off in a task, one ended in its Fail state."""
    stage.spool(stage.without, "broke-off")
    stage.spool(stage.with_catch, "failed", state="Failed", state_type="Fail")
    return calling(stage, action="run", plan=stage.plan())


def a_plan_for_the_quarantine(stage: Stage) -> Call:
    stage.simulation.invoke("error_spooler", stage.fail_often(stage.without, 3))
    stage.put('{"key": "12345"}', stage.world.quarantine, input={"key": "12345"})
    return calling(stage, action="run", plan=stage.plan(override="restart", **{"from": "quarantine"}))


def a_plan_to_be_made(stage: Stage) -> Call:
    stage.spool(stage.without, "first", "second")
    return calling(stage, action="plan", override="redrive")


def runs_that_fail_again(stage: Stage) -> Call:
    """Three of the first four have failed again, and no event has told of it."""
    stage.spool(stage.without, *"abcd")
    stage.reprocess()
    reruns = [run.execution for run in stage.world.step_functions.runs if answers_to(run)]
    watched = [
        {
            "lineage": key.lineage,
            "attempt": key.attempt,
            "state_machine_arn": stage.without,
            "execution_arn": run.execution.arn,
        }
        for run in stage.world.step_functions.runs
        if (key := answers_to(run))
    ]
    for rerun in reruns[1:]:
        stage.simulation.invoke("error_spooler", stage.end(rerun))
    return calling(stage, action="look", watched=watched)


def redriven(stage: Stage) -> None:
    assert [run.by for run in stage.world.step_functions.runs].count("redrive") == 1


def told_once(stage: Stage) -> None:
    """Twice at the most, where it broke off after it was told."""
    assert 1 <= len(stage.world.sns.published) <= 2


def put_aside(stage: Stage) -> None:
    """What can never run is in quarantine, twice at the most."""
    held = Counter(stage.world.quarantine.bodies)
    assert len(held) == 2
    assert max(held.values()) <= 2


SCENARIOS = {
    "all that is there": Scenario(17, a_mixed_spool, somebody_calls_again, put_aside),
    "a plan with redrives": Scenario(35, a_plan_with_redrives, somebody_calls_again, redriven),
    "a plan for the quarantine": Scenario(30, a_plan_for_the_quarantine, somebody_calls_again),
    "making a plan": Scenario(27, a_plan_to_be_made, somebody_calls_again),
    "a look that stops": Scenario(7, runs_that_fail_again, somebody_calls_again, told_once),
}


@pytest.mark.parametrize("name", SCENARIOS)
def test_what_failed_is_kept_and_runs_once(
    name: str, simulation: Simulation, visited: Callable[..., None]
) -> None:
    visited(points=visit(simulation, SCENARIOS[name]))
