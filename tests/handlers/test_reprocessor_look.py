"""Whoever has run some of what waits looks how it goes, before running the rest."""

import pytest

from stepkeeper.errors import AwsUnavailable


@pytest.fixture
def ten(failing):
    """Ten runs that were started again, as `look` takes them."""
    failing.put_many(10)
    return failing.ask(trusted=[])["watched"]


@pytest.mark.parametrize(
    ("failed", "succeeded", "verdict"),
    [
        (0, 0, "wait"),
        (0, 7, "wait"),
        (0, 8, "go on"),
        (2, 7, "wait"),
        (2, 8, "go on"),
        (3, 0, "stop"),
        (10, 0, "stop"),
    ],
)
def test_whoever_looks_is_told_whether_to_go_on(failed, succeeded, verdict, failing, ten):
    for number, run in enumerate(failing.reruns[: failed + succeeded]):
        failing.end(run.execution.arn, "FAILED" if number < failed else "SUCCEEDED")

    told = failing.ask("look", watched=ten)

    assert told["verdict"] == verdict
    assert (told["running"], told["failed_again"]) == (10 - failed - succeeded, failed)
    assert len(failing.world.sns.published) == (verdict == "stop")


def test_whoever_looks_again_sends_no_second_alert(failing, ten):
    for run in failing.reruns:
        failing.end(run.execution.arn, "TIMED_OUT")

    told = [failing.ask("look", watched=ten) for _ in range(3)]

    assert {each["verdict"] for each in told} == {"stop"}
    assert told[0]["reason"].startswith("nightly-orders: 10 of the first 10 runs")
    assert "States.Timeout" in told[0]["reason"]
    assert len(failing.world.sns.published) == 1


def test_one_machine_that_goes_well_is_reason_to_go_on(failing, ten):
    other = failing.world.step_functions.add_machine("nightly-bills")
    failing.put_failed("bill", state_machine_arn=other)
    bill = failing.ask(trusted=[])["watched"]
    for run in failing.reruns:
        failing.end(run.execution.arn, "SUCCEEDED" if run.execution.machine.arn == other else "FAILED")

    told = failing.ask("look", watched=ten + bill)

    assert told["verdict"] == "go on"
    assert len(failing.world.sns.published) == 1


def test_a_redriven_run_is_looked_at_by_its_redrives(failing):
    """Its ARN stays the same, and right after the redrive it may still show the old failure."""
    for number in range(10):
        failing.fail(f"run-{number}")
    plan = failing.ask("plan")
    watched = failing.ask(plan=plan["plan"], trusted=[])["watched"]
    for run in failing.reruns[:2]:
        run.execution.status, run.execution.redrive_count = "FAILED", 0

    before = failing.ask("look", watched=watched)
    for run in failing.reruns[:3]:
        run.execution.status, run.execution.redrive_count = "FAILED", 1
    after = failing.ask("look", watched=watched)

    assert (before["verdict"], before["running"], before["failed_again"]) == ("wait", 10, 0)
    assert (after["verdict"], after["failed_again"]) == ("stop", 3)


def test_without_anything_to_look_at_there_is_no_reason_to_stop(failing):
    assert failing.ask("look", watched=[])["verdict"] == "go on"


def test_a_machine_whose_runs_go_well_is_trusted_and_one_whose_runs_fail_is_not_any_more(failing, ten):
    other = failing.world.step_functions.add_machine("nightly-bills")
    failing.put_failed("bill", state_machine_arn=other)
    bill = failing.ask(trusted=[])["watched"]
    for run in failing.reruns:
        failing.end(run.execution.arn, "SUCCEEDED" if run.execution.machine.arn == other else "FAILED")

    told = failing.ask("look", watched=ten + bill, trusted=[failing.pipeline])

    assert told["trusted"] == [other]


def test_runs_that_go_on_for_long_have_at_least_not_failed(failing, ten):
    patient = failing.ask("look", watched=ten)
    impatient = failing.ask("look", watched=ten, patient=False)

    assert (patient["verdict"], patient["trusted"]) == ("wait", [])
    assert (impatient["verdict"], impatient["trusted"]) == ("go on", [failing.pipeline])


def test_step_functions_that_can_not_be_asked_is_an_outage_and_not_a_verdict(failing, ten):
    failing.world.faults.refuse("DescribeExecution")

    with pytest.raises(AwsUnavailable, match="could not be looked at"):
        failing.ask("look", watched=ten)
