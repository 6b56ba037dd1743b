"""A run that is stopped is over, as on AWS; MiniStack alone lets it go on and end once more."""

import json
from pathlib import Path
from typing import Any

from local.embedded_aws import EmbeddedAws
from tests.local.support import Queue, log_streams, new_function, new_name, poll, start_run

FAILS = """
def handler(event, context):
    raise ValueError("not now")
"""
STOPPED_EVENT = {
    "error": None,
    "cause": None,
    "input": "{}",
    "inputDetails": {"included": True},
    "output": None,
    "outputDetails": None,
    "redriveCount": 0,
    "redriveDate": None,
    "redriveStatus": "NOT_REDRIVABLE",
    "redriveStatusReason": "Execution is ABORTED and cannot be redriven",
    "stateMachineAliasArn": None,
    "stateMachineVersionArn": None,
    "status": "ABORTED",
}


def test_a_run_that_is_stopped_before_a_retry_stays_aborted_and_never_retries(
    embedded: EmbeddedAws, bare: EmbeddedAws, tmp_path: Path
) -> None:
    def stop_before_the_retry(aws: EmbeddedAws) -> tuple[str, str]:
        function = new_function(aws, FAILS, tmp_path)
        run = start_run(aws, _task_with_a_retry_after_two_seconds(function))
        poll(lambda: _events(aws, run, "TaskFailed"))
        aws.client("stepfunctions").stop_execution(executionArn=run)
        return run, function

    in_bare, called_in_bare = stop_before_the_retry(bare)
    run, called = stop_before_the_retry(embedded)
    poll(lambda: _status(bare, in_bare) == "FAILED")
    poll(lambda: f"RunWasStopped: {run}" in _server_log(embedded))

    assert _status(embedded, run) == "ABORTED"
    assert len(log_streams(embedded, called)) == 1
    assert len(log_streams(bare, called_in_bare)) == 2
    assert len(_events(embedded, run, "ExecutionFailed")) == 0


def test_a_task_that_fails_after_its_run_was_stopped_leaves_it_aborted(
    embedded: EmbeddedAws, bare: EmbeddedAws, tmp_path: Path
) -> None:
    def stop_during_the_task(aws: EmbeddedAws) -> tuple[str, Queue]:
        ended = _queue_of_ended_runs(aws)
        source = FAILS.replace("raise", "__import__('time').sleep(1); raise")
        task = _task_with_a_retry_after_two_seconds(new_function(aws, source, tmp_path))
        run = start_run(aws, {key: value for key, value in task.items() if key != "Retry"})
        poll(lambda: _events(aws, run, "TaskScheduled"))
        aws.client("stepfunctions").stop_execution(executionArn=run)
        poll(lambda: _events(aws, run, "TaskFailed"))
        return run, ended

    run, ended = stop_during_the_task(embedded)
    in_bare, ended_in_bare = stop_during_the_task(bare)
    poll(lambda: _status(bare, in_bare) == "FAILED")

    assert _status(embedded, run) == "ABORTED"
    assert _statuses(ended, run) == ["ABORTED"]
    assert _statuses(ended_in_bare, in_bare) == ["ABORTED", "FAILED"]


def test_the_event_of_a_stopped_run_says_what_aws_says(embedded: EmbeddedAws) -> None:
    ended = _queue_of_ended_runs(embedded)
    run = start_run(embedded, {"Type": "Wait", "Seconds": 30, "End": True})

    embedded.client("stepfunctions").stop_execution(executionArn=run, error="Operator", cause="by hand")

    detail = json.loads(poll(ended.take)[0])["detail"]
    assert detail["executionArn"] == run
    assert isinstance(detail["startDate"], int)
    assert isinstance(detail["stopDate"], int)
    assert detail | STOPPED_EVENT == detail


def _task_with_a_retry_after_two_seconds(function: str) -> dict[str, Any]:
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Arguments": {"FunctionName": function},
        "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 2, "MaxAttempts": 1}],
        "End": True,
    }


def _queue_of_ended_runs(aws: EmbeddedAws) -> Queue:
    queue, rule, events = Queue(aws), new_name("rule"), aws.client("events")
    pattern = {"source": ["aws.states"], "detail": {"status": ["ABORTED", "FAILED", "SUCCEEDED"]}}
    events.put_rule(Name=rule, EventPattern=json.dumps(pattern))
    events.put_targets(Rule=rule, Targets=[{"Id": "1", "Arn": queue.arn}])
    return queue


def _statuses(queue: Queue, run: str) -> list[str]:
    details = [json.loads(body)["detail"] for body in queue.take()]
    return [detail["status"] for detail in details if detail["executionArn"] == run]


def _events(aws: EmbeddedAws, run: str, kind: str) -> list[Any]:
    history = aws.client("stepfunctions").get_execution_history(executionArn=run)["events"]
    return [event for event in history if event["type"] == kind]


def _status(aws: EmbeddedAws, run: str) -> str:
    return str(aws.client("stepfunctions").describe_execution(executionArn=run)["status"])


def _server_log(aws: EmbeddedAws) -> str:
    return (aws.directory / "ministack.log").read_text(errors="replace")
