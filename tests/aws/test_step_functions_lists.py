"""Step Functions: which state machines there are, and what ran."""

from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from botocore.stub import Stubber

from stepkeeper.aws import step_functions
from stepkeeper.aws.clients import client
from stepkeeper.domain.execution import Execution
from tests.conftest import Aws
from tests.pipelines import make_pipeline, make_run

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_all_runs_are_told_page_by_page(aws: Aws) -> None:
    arn = make_pipeline(aws)
    for number in range(205):
        make_run(aws, arn, f"r{number}", "SUCCEEDED", started=NOON + timedelta(minutes=number))

    runs = list(step_functions.list_executions(client("stepfunctions"), arn))

    assert [run.name for run in runs] == [f"r{number}" for number in reversed(range(205))]
    assert aws.wire.calls == ["stepfunctions:ListExecutions"] * 3


def test_a_page_is_asked_for_only_when_a_run_on_it_is(aws: Aws) -> None:
    arn = make_pipeline(aws)
    for number in range(205):
        make_run(aws, arn, f"r{number}", "SUCCEEDED", started=NOON + timedelta(minutes=number))

    runs = list(islice(step_functions.list_executions(client("stepfunctions"), arn), 100))

    assert len(runs) == 100
    assert aws.wire.calls == ["stepfunctions:ListExecutions"]


def test_a_run_comes_with_all_its_times_that_of_a_redrive_too(aws: Aws) -> None:
    """moto knows no redrives."""
    arn = make_pipeline(aws)
    item = {
        "executionArn": "arn:run",
        "stateMachineArn": arn,
        "name": "run",
        "status": "FAILED",
        "startDate": NOON,
        "stopDate": NOON + timedelta(hours=3),
        "redriveCount": 1,
        "redriveDate": NOON + timedelta(hours=2),
    }
    with Stubber(client("stepfunctions")) as stubber:
        stubber.add_response(
            "list_executions", {"executions": [item]}, {"stateMachineArn": arn, "maxResults": 100}
        )

        (run,) = step_functions.list_executions(client("stepfunctions"), arn)

    assert run == Execution(
        arn="arn:run",
        name="run",
        status="FAILED",
        started_at=NOON,
        stopped_at=NOON + timedelta(hours=3),
        redriven_at=NOON + timedelta(hours=2),
        redrive_count=1,
    )


def test_pages_are_as_long_as_is_said(aws: Aws) -> None:
    arn = make_pipeline(aws)
    for number in range(5):
        make_run(aws, arn, f"r{number}", "SUCCEEDED", started=NOON + timedelta(minutes=number))

    pages = list(step_functions.list_pages(client("stepfunctions"), arn, page_size=2))

    assert [[run.name for run in page] for page in pages] == [["r4", "r3"], ["r2", "r1"], ["r0"]]


def test_of_all_state_machines_those_are_told_that_keep_a_list_of_their_runs(aws: Aws) -> None:
    made = {name: make_pipeline(aws, name) for name in ("weekly-mail", "夜", "nightly-orders")}
    make_pipeline(aws, "quick", type="EXPRESS")

    assert dict(step_functions.list_state_machines(client("stepfunctions"))) == made


def test_state_machines_are_told_page_by_page(aws: Aws) -> None:
    one = {"type": "STANDARD", "creationDate": NOON}
    pages: list[dict[str, Any]] = [
        {"stateMachines": [{**one, "name": "a", "stateMachineArn": "arn:a"}], "nextToken": "more"},
        {"stateMachines": [{**one, "name": "b", "stateMachineArn": "arn:b"}]},
    ]
    with Stubber(client("stepfunctions")) as stubber:
        stubber.add_response("list_state_machines", pages[0], {"maxResults": 1000})
        stubber.add_response("list_state_machines", pages[1], {"maxResults": 1000, "nextToken": "more"})

        found = list(step_functions.list_state_machines(client("stepfunctions")))

    assert found == [("a", "arn:a"), ("b", "arn:b")]
    assert aws.wire.calls == ["stepfunctions:ListStateMachines"] * 2


def test_those_that_run_are_counted_in_one_call(aws: Aws) -> None:
    arn = make_pipeline(aws)
    statuses = ["RUNNING", "SUCCEEDED", "FAILED", "ABORTED", *["RUNNING"] * 120]
    for number, status in enumerate(statuses):
        make_run(aws, arn, f"r{number}", status, started=NOON)
    aws.wire.calls.clear()

    assert step_functions.count_running(client("stepfunctions"), arn) == 121
    assert aws.wire.calls == ["stepfunctions:ListExecutions"]
