"""A run that did not succeed goes on where it was, as on AWS; MiniStack alone cannot redrive at all."""

import functools
import json
from typing import Any

import pytest

from local.embedded_aws import EmbeddedAws
from tests.local.machines import REFUSES, WAITS, Machine, Mended, described, ended, history, redrive
from tests.local.support import error_code, poll

PERIOD_SECONDS = 14 * 24 * 3600
NO_RUN = "arn:aws:states:ap-northeast-1:000000000000:execution:none:none"


def test_a_redrive_goes_on_from_the_failed_state_with_its_input_and_variables(
    embedded: EmbeddedAws, bare: EmbeddedAws
) -> None:
    mended = Mended(embedded)
    first = {"Type": "Pass", "Output": {"n": "{% $states.input.n + 1 %}"}, "Assign": {"kept": 7}}
    last = {"Type": "Pass", "Output": {"second": "{% $states.input %}", "kept": "{% $kept %}"}, "End": True}
    states = {"First": first | {"Next": "Second"}, "Second": mended.task(Next="Last"), "Last": last}
    run = Machine(embedded, states).start({"n": 1})
    failed = ended(embedded, run)

    mended.mend()
    redriven = redrive(embedded, run)
    after = ended(embedded, run)

    assert failed["status"] == "FAILED"
    assert (failed["redriveCount"], failed["redriveStatus"]) == (0, "REDRIVABLE")
    assert json.loads(after["output"]) == {"second": {"given": {"n": 2}, "redrives": 1}, "kept": 7}
    assert (after["redriveCount"], after["redriveDate"]) == (1, redriven["redriveDate"])
    assert after["redriveStatusReason"] == "Execution is SUCCEEDED and cannot be redriven"
    events = ["TaskFailed", "ExecutionFailed", "ExecutionRedriven", "TaskScheduled", "TaskSucceeded"]
    assert history(embedded, run)[5:10] == events
    assert history(embedded, run).count("TaskStateEntered") == 1
    assert error_code(lambda: redrive(bare, run)) == "InvalidAction"


def test_a_redriven_run_is_running_again_and_listed_by_its_redrive(embedded: EmbeddedAws) -> None:
    states, machine = embedded.client("stepfunctions"), Machine(embedded, {"Wait": WAITS})
    run, later = machine.start(), machine.start()
    states.stop_execution(executionArn=run, error="Operator", cause="by hand")

    redrive(embedded, run)
    now = described(embedded, run)
    listed = states.list_executions(stateMachineArn=machine.arn, statusFilter="RUNNING")["executions"]

    assert (now["status"], now["redriveStatus"]) == ("RUNNING", "NOT_REDRIVABLE")
    assert not {"stopDate", "error", "cause", "output"} & now.keys()
    assert [(each["executionArn"], each["redriveCount"]) for each in listed] == [(run, 1), (later, 0)]
    assert [each.get("redriveDate") for each in listed] == [now["redriveDate"], None]


def test_a_redrive_leaves_behind_what_the_run_waited_for(embedded: EmbeddedAws) -> None:
    mended = Mended(embedded)
    retry = [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 1}]
    states = {"Task": mended.task(Retry=retry, Next="Wait"), "Wait": WAITS}
    run = Machine(embedded, states).start()
    poll(lambda: "TaskFailed" in history(embedded, run))
    embedded.client("stepfunctions").stop_execution(executionArn=run)

    mended.mend()
    redrive(embedded, run)
    poll(lambda: f"RunWasStopped: {run}" in (embedded.directory / "ministack.log").read_text())

    assert described(embedded, run)["status"] == "RUNNING"
    assert history(embedded, run).count("TaskScheduled") == 2
    assert history(embedded, run)[-1] == "WaitStateEntered"


def test_a_fail_state_fails_again(embedded: EmbeddedAws) -> None:
    run = Machine(embedded, {"Refuse": REFUSES}).start()
    ended(embedded, run)

    redrive(embedded, run)
    after = ended(embedded, run)

    assert (after["status"], after["redriveCount"]) == ("FAILED", 1)
    assert (after["error"], after["cause"]) == ("Refused", "as always")
    assert history(embedded, run).count("FailStateEntered") == 2


def test_a_failed_branch_is_redriven(embedded: EmbeddedAws) -> None:
    mended = Mended(embedded)
    branch = {"StartAt": "Task", "States": {"Task": mended.task()}}
    run = Machine(embedded, {"All": {"Type": "Parallel", "Branches": [branch], "End": True}}).start()
    ended(embedded, run)

    mended.mend()
    redrive(embedded, run)

    assert json.loads(ended(embedded, run)["output"]) == [{"given": {}, "redrives": 1}]


def test_a_known_token_is_the_same_redrive(embedded: EmbeddedAws) -> None:
    run = Machine(embedded, {"Refuse": REFUSES}).start()
    ended(embedded, run)

    first = redrive(embedded, run, clientToken="one")
    ended(embedded, run)
    again = redrive(embedded, run, clientToken="one")
    after_both = ended(embedded, run)
    redrive(embedded, run, clientToken="two")

    assert again["redriveDate"] == first["redriveDate"]
    assert after_both["redriveCount"] == 1
    assert ended(embedded, run)["redriveCount"] == 2


def test_only_what_failed_within_fourteen_days_is_redriven(embedded: EmbeddedAws) -> None:
    refuses = Machine(embedded, {"Refuse": REFUSES})
    succeeded, running = (Machine(embedded, {"Only": each}).start() for each in ({"Type": "Succeed"}, WAITS))
    young, old = refuses.start(), refuses.start()
    for run in (succeeded, young, old):
        ended(embedded, run)
    embedded.control("execution", arn=young, older_by_seconds=PERIOD_SECONDS - 60)
    embedded.control("execution", arn=old, older_by_seconds=PERIOD_SECONDS + 60)

    codes = [
        error_code(functools.partial(redrive, embedded, run)) for run in (succeeded, running, old, young)
    ]

    assert codes == ["ExecutionNotRedrivable"] * 3 + [None]
    assert described(embedded, old)["redriveStatus"] == "NOT_REDRIVABLE"
    assert described(embedded, old)["redriveStatusReason"] == "Execution redrivable period exceeded"


@pytest.mark.parametrize(
    ("request_fields", "error"),
    [
        ({"run": NO_RUN}, "ExecutionDoesNotExist"),
        ({"run": NO_RUN.replace(":execution:", ":stateMachine:")}, "InvalidArn"),
        ({"run": NO_RUN, "clientToken": "t" * 65}, "ValidationException"),
    ],
    ids=["unknown", "no execution", "token too long"],
)
def test_a_redrive_of_nothing_is_refused(
    embedded: EmbeddedAws, request_fields: dict[str, Any], error: str
) -> None:
    assert error_code(lambda: redrive(embedded, **request_fields)) == error
