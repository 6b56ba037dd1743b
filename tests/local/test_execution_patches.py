"""Executions are started, described and listed as on AWS; MiniStack alone does otherwise."""

from local.embedded_aws import EmbeddedAws
from tests.local.machines import REFUSES, WAITS, Machine, described, ended
from tests.local.support import error_code


def test_a_repeated_start_is_the_run_that_is_under_way(embedded: EmbeddedAws, bare: EmbeddedAws) -> None:
    def start_again(aws: EmbeddedAws, given: object = None) -> str | None:
        machine = Machine(aws, {"Wait": WAITS})
        run = machine.start(name="once")
        code = error_code(lambda: machine.start(given, name="once"))
        aws.client("stepfunctions").stop_execution(executionArn=run)
        return code

    def start_after_the_end(aws: EmbeddedAws) -> str | None:
        machine = Machine(aws, {"Refuse": REFUSES})
        ended(aws, machine.start(name="once"))
        return error_code(lambda: machine.start(name="once"))

    assert start_again(embedded) is None
    assert start_again(embedded, {"other": "input"}) == "ExecutionAlreadyExists"
    assert start_after_the_end(embedded) == "ExecutionAlreadyExists"
    assert start_again(bare) == "ExecutionAlreadyExists"


def test_runs_of_a_machine_are_listed_by_status_a_hundred_to_a_page(
    embedded: EmbeddedAws, bare: EmbeddedAws
) -> None:
    refuses = Machine(embedded, {"Refuse": REFUSES})
    failed = ended(embedded, refuses.start())["executionArn"]
    waits = {Machine.start(each) for each in [Machine(embedded, {"Wait": WAITS})] * 101}
    machine = next(iter(waits)).replace(":execution:", ":stateMachine:").rpartition(":")[0]
    states = embedded.client("stepfunctions")

    def runs(arn: str, status: str) -> list[str]:
        page = states.list_executions(stateMachineArn=arn, statusFilter=status)["executions"]
        return [each["executionArn"] for each in page]

    pages = states.get_paginator("list_executions").paginate(stateMachineArn=machine, statusFilter="RUNNING")

    assert runs(refuses.arn, "FAILED") == [failed]
    assert runs(refuses.arn, "RUNNING") == []
    assert len(runs(machine, "RUNNING")) == 100
    assert {each["executionArn"] for page in pages for each in page["executions"]} == waits
    assert error_code(lambda: runs(f"{machine}-gone", "FAILED")) == "StateMachineDoesNotExist"
    gone = f"{machine}-gone"
    assert bare.client("stepfunctions").list_executions(stateMachineArn=gone)["executions"] == []


def test_only_a_run_that_succeeded_has_an_output(embedded: EmbeddedAws, bare: EmbeddedAws) -> None:
    def failed(aws: EmbeddedAws) -> set[str]:
        return set(ended(aws, Machine(aws, {"Refuse": REFUSES}).start()))

    assert {"error", "cause"} <= failed(embedded)
    assert "output" not in failed(embedded)
    assert "output" in failed(bare)


def test_a_description_leaves_input_and_output_out_on_demand(
    embedded: EmbeddedAws, bare: EmbeddedAws
) -> None:
    def metadata(aws: EmbeddedAws) -> set[str]:
        run = Machine(aws, {"Done": {"Type": "Succeed"}}).start()
        ended(aws, run)
        states = aws.client("stepfunctions")
        return set(states.describe_execution(executionArn=run, includedData="METADATA_ONLY"))

    assert "redriveStatus" in metadata(embedded)
    assert not {"input", "output"} & metadata(embedded)
    assert {"input", "output"} <= metadata(bare)


def test_a_run_can_be_made_older(embedded: EmbeddedAws) -> None:
    run = Machine(embedded, {"Refuse": REFUSES}).start()
    before = ended(embedded, run)

    embedded.control("execution", arn=run, older_by_seconds=3600)
    after = described(embedded, run)

    assert (before["startDate"] - after["startDate"]).total_seconds() == 3600
    assert (before["stopDate"] - after["stopDate"]).total_seconds() == 3600
