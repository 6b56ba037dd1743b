"""Failed runs are spooled by their events, also those of pipelines that know nothing of Stepkeeper: once."""

import pytest

from local.deployed import Operator
from tests.e2e.support.envelopes import lineage_of
from tests.e2e.support.order import set_uncertain_task
from tests.e2e.support.pipelines import FAILS, LASTS, Pipelines
from tests.e2e.support.spool import by_run, fail_run, wait_for_spooled

pytestmark = pytest.mark.usefixtures("events_arrive")


def test_a_pipeline_that_knows_nothing_of_stepkeeper_is_spooled_when_it_fails_or_is_aborted(
    operator: Operator, untouched: Pipelines
) -> None:
    drain = operator.finished(
        operator.start(operator.output("DrainSpoolArn"), name=untouched.name("drain"), input={"plam": "x"})
    )
    failed = untouched.run("failed", FAILS)
    aborted = untouched.run("aborted", LASTS)
    untouched.abort(aborted)

    wait_for_spooled(operator, 2)

    spooled = by_run(operator)
    [failed_run], [aborted_run] = operator.runs(failed), operator.runs(aborted)
    assert spooled.keys() == {failed_run["executionArn"], aborted_run["executionArn"]}
    assert drain["status"] == "FAILED"
    told = spooled[failed_run["executionArn"]].body
    assert (told["lineage"], told["attempt"], told["input"]) == (lineage_of(failed_run), 1, {})
    assert (told["state"], told["error"], told["state_machine_arn"]) == ("Work", "DiskFull", failed)
    # The event of a run that was stopped names no error, whatever the person said who did it.
    assert spooled[aborted_run["executionArn"]].body["error"] == "Aborted"


def test_a_failure_that_a_catch_and_an_event_tell_of_is_spooled_once_and_what_no_catch_sees_too(
    operator: Operator, untouched: Pipelines
) -> None:
    set_uncertain_task(operator, behavior="NG")
    caught = fail_run(operator, {"key": "1"})
    set_uncertain_task(operator, sleep=1)
    pipeline = operator.output("GuardedPipelineArn")
    stopped = operator.start(pipeline, name=untouched.name("stopped"), input={"key": "2"})
    operator.until("it is in its step", lambda: "TaskStateEntered" in events(operator, stopped))
    untouched.abort(pipeline)

    wait_for_spooled(operator, 2)

    spooled = by_run(operator)
    assert {arn: message.body["input"] for arn, message in spooled.items()} == {
        caught["executionArn"]: {"key": "1"},
        stopped: {"key": "2"},
    }
    assert [message.body["state"] for message in spooled.values()] == ["Encode the order"] * 2


def test_a_run_that_a_person_redrives_past_the_spool_is_not_run_a_second_time(
    operator: Operator, untouched: Pipelines
) -> None:
    pipeline = untouched.run("orders", FAILS)
    [run] = operator.runs(pipeline)
    wait_for_spooled(operator, 1)

    operator.client("stepfunctions").redrive_execution(executionArn=run["executionArn"])
    wait_for_spooled(operator, 2)
    answer = operator.invoke("Reprocessor", {})

    assert (answer["success"], answer["duplicates"], answer["left"]) == (1, 1, 0)
    rerun, redriven = operator.runs(pipeline)
    assert (redriven["executionArn"], redriven["redriveCount"]) == (run["executionArn"], 1)
    assert rerun["name"] == f"r2-{lineage_of(run)}-tonight"


def events(operator: Operator, execution_arn: str) -> set[str]:
    """What has happened in a run so far."""
    return {event["type"] for event in operator.history(execution_arn)}
