"""Events reach functions as on AWS; each test also shows that MiniStack alone delivers otherwise."""

import json
from pathlib import Path
from typing import Any

from local.embedded_aws import EmbeddedAws
from tests.local.support import Queue, invoked, log_streams, new_function, new_name, poll, run_to_its_end

FAILS = """
class Broken(Exception):
    pass

def handler(event, context):
    raise Broken(event["number"])
"""
ECHOES_ENVIRONMENT = """
import os

def handler(event, context):
    return dict(os.environ)
"""
SLEEPS = """
import time

def handler(event, context):
    time.sleep(1)
"""


def test_an_event_that_its_function_fails_on_reaches_the_failure_destination(
    embedded: EmbeddedAws, bare: EmbeddedAws, tmp_path: Path
) -> None:
    def fire(aws: EmbeddedAws) -> Queue:
        failed, name = Queue(aws), new_function(aws, FAILS, tmp_path)
        _keep_failures(aws, name, failed)
        rule = new_name("rule")
        events = aws.client("events")
        events.put_rule(Name=rule, EventPattern=json.dumps({"source": [rule]}))
        function = aws.client("lambda").get_function(FunctionName=name)["Configuration"]["FunctionArn"]
        events.put_targets(Rule=rule, Targets=[{"Id": "1", "Arn": function, "Input": '{"number": 1}'}])
        events.put_events(Entries=[{"Source": rule, "DetailType": "test", "Detail": "{}"}])
        poll(lambda: log_streams(aws, name))
        return failed

    failure = json.loads(poll(fire(embedded).take)[0])

    assert failure["requestPayload"] == {"number": 1}
    assert fire(bare).take() == []


def test_a_throttled_event_waits_for_its_function(
    embedded: EmbeddedAws, bare: EmbeddedAws, tmp_path: Path
) -> None:
    def send_two_where_one_may_run(aws: EmbeddedAws) -> tuple[str, Queue]:
        failed, name = Queue(aws), new_function(aws, SLEEPS, tmp_path)
        _keep_failures(aws, name, failed)
        functions = aws.client("lambda")
        functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=1)
        for _ in range(2):
            functions.invoke(FunctionName=name, InvocationType="Event", Payload="{}")
        return name, failed

    name, failed = send_two_where_one_may_run(embedded)
    _, failed_in_bare = send_two_where_one_may_run(bare)

    assert poll(failed_in_bare.take)
    assert poll(lambda: len(log_streams(embedded, name)) == 2)
    assert failed.take() == []


def test_a_throttled_function_fails_its_task_with_the_name_that_a_retry_names(
    embedded: EmbeddedAws, bare: EmbeddedAws, tmp_path: Path
) -> None:
    def error_of_task(aws: EmbeddedAws) -> str:
        name = new_function(aws, SLEEPS, tmp_path)
        aws.client("lambda").put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
        return str(run_to_its_end(aws, _task(name))["error"])

    assert error_of_task(embedded) == "Lambda.TooManyRequestsException"
    assert error_of_task(bare) == "Lambda.Unknown"


def test_a_task_does_not_wait_for_a_function_that_it_invokes_as_an_event(
    embedded: EmbeddedAws, bare: EmbeddedAws, tmp_path: Path
) -> None:
    def invoke_what_fails(aws: EmbeddedAws) -> tuple[dict[str, Any], Queue]:
        failed, name = Queue(aws), new_function(aws, FAILS, tmp_path)
        _keep_failures(aws, name, failed)
        return run_to_its_end(aws, _task(name, InvocationType="Event", Payload={"number": 7})), failed

    run, failed = invoke_what_fails(embedded)
    run_in_bare, _ = invoke_what_fails(bare)

    assert run["status"] == "SUCCEEDED"
    assert json.loads(run["output"])["StatusCode"] == 202
    assert json.loads(poll(failed.take)[0])["requestPayload"] == {"number": 7}
    assert run_in_bare["status"] == "FAILED"


def test_an_event_of_a_task_waits_for_its_function_while_that_is_throttled(
    embedded: EmbeddedAws, tmp_path: Path
) -> None:
    failed, name = Queue(embedded), new_function(embedded, SLEEPS, tmp_path)
    _keep_failures(embedded, name, failed)
    embedded.client("lambda").put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=1)

    runs = [run_to_its_end(embedded, _task(name, InvocationType="Event")) for _ in range(2)]

    assert [run["status"] for run in runs] == ["SUCCEEDED", "SUCCEEDED"]
    assert poll(lambda: len(log_streams(embedded, name)) == 2)
    assert failed.take() == []


def test_a_task_fails_if_the_function_that_it_invokes_as_an_event_is_not_there(
    embedded: EmbeddedAws,
) -> None:
    run = run_to_its_end(embedded, _task("no-such-function", InvocationType="Event"))

    assert run["status"] == "FAILED"
    assert run["error"] == "Lambda.ResourceNotFoundException"


def test_a_failed_function_names_its_exception_as_on_aws(embedded: EmbeddedAws, tmp_path: Path) -> None:
    name = new_function(embedded, FAILS, tmp_path)

    answer = invoked(embedded, name, {"number": 7})

    assert answer["errorType"] == "Broken"
    assert answer["errorMessage"] == "7"
    assert "in handler" in answer["stackTrace"][0]


def test_a_function_sees_lambdas_environment_and_nothing_of_the_servers(
    embedded: EmbeddedAws, bare: EmbeddedAws, tmp_path: Path
) -> None:
    def environment(aws: EmbeddedAws) -> dict[str, str]:
        settings = {
            "LoggingConfig": {"LogGroup": "/its/own"},
            "Environment": {"Variables": {"AUTH": "mine", "BEHAVIOR": "NG"}},
        }
        return dict(invoked(aws, new_function(aws, ECHOES_ENVIRONMENT, tmp_path, **settings)))

    given, leaky = environment(embedded), environment(bare)

    assert given["TZ"] == ":UTC"
    assert given["AWS_LAMBDA_LOG_GROUP_NAME"] == "/its/own"
    assert given["AWS_EXECUTION_ENV"].startswith("AWS_Lambda_python3.")
    assert (given["AUTH"], given["BEHAVIOR"]) == ("mine", "NG")
    assert "GATEWAY_PORT" in leaky
    assert "GATEWAY_PORT" not in given
    assert "TZ" not in leaky


def _keep_failures(aws: EmbeddedAws, function: str, queue: Queue) -> None:
    aws.client("lambda").put_function_event_invoke_config(
        FunctionName=function,
        MaximumRetryAttempts=0,
        DestinationConfig={"OnFailure": {"Destination": queue.arn}},
    )


def _task(function: str, **arguments: object) -> dict[str, Any]:
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Arguments": {"FunctionName": function, **arguments},
        "End": True,
    }
