"""Every sample event does under Lambda's emulator, which `sam local invoke` runs, what it is a sample of."""

from typing import Any

import pytest

from tests.contract.conftest import EmulatedFunctions
from tests.contract.sample_world import (
    DEFAULT_MACHINE,
    EVENTS,
    UNTOUCHED_MACHINE,
    forget_exports,
    forget_failures,
    gate_states,
    take_all,
)
from tests.contract.stack import HANDLERS

OF_LONG_AGO = {
    "bucket_checker_accept": "ExportPeriodUnknown",
    "bucket_checker_next": "ExportTurnLost",
    "log_exporter_check": "ExportPeriodUnknown",
    "log_exporter_start": "ExportPeriodUnknown",
    "query_runner_status": "QueryRefused",
    "reprocessor_drop": "NotWaiting",
    "reprocessor_edit": "NotWaiting",
    "reprocessor_history": "LineageUnknown",
    "reprocessor_run_plan": "PlanUnknown",
    "rule_toggler_settle": "PipelineUnknown",
}
"""The export task, query, run, plan and pipeline of these samples are not there any more, or here."""


def handler_of(name: str) -> str:
    return next(handler for module, handler in HANDLERS.items() if name.startswith(module))


@pytest.mark.parametrize("name", sorted(path.stem for path in EVENTS.glob("*.json")))
def test_a_sample_is_an_event_that_its_handler_takes(functions: EmulatedFunctions, name: str) -> None:
    forget_exports(functions.operator)

    answer = functions.feed(handler_of(name), name)

    problem = answer.get("errorType") if isinstance(answer, dict) else None
    assert problem == OF_LONG_AGO.get(name), answer


@pytest.mark.parametrize(
    ("name", "state"), [("rule_toggler_disable", "DISABLED"), ("rule_toggler_enable", "ENABLED")]
)
def test_a_constant_input_toggles_the_gates_of_the_sample_report(
    functions: EmulatedFunctions, name: str, state: str
) -> None:
    functions.invoke("RuleToggler", {"detail": "disable"})

    answer = functions.feed("RuleToggler", name)

    assert [gate["after"] for gate in answer] == [state, state]
    rule, schedule = (gate["gate"].rpartition("/")[2] for gate in answer)
    assert gate_states(functions.operator, rule, schedule) == [state, state]


def test_a_request_closes_the_gates_that_it_names(functions: EmulatedFunctions) -> None:
    functions.operator.client("events").enable_rule(Name="start-report")

    answer = functions.feed("RuleToggler", "rule_toggler_request")

    assert {gate["gate"]: gate["after"] for gate in answer} == {
        "rule/start-report": "DISABLED",
        "schedule/default/start-mail": "DISABLED",
    }
    assert gate_states(functions.operator, "start-report", "start-mail") == ["DISABLED", "DISABLED"]


@pytest.mark.parametrize(
    "name", ["execution_watchdog", "execution_watchdog_since", "execution_watchdog_within"]
)
def test_the_watchdog_finds_the_run_that_succeeded(functions: EmulatedFunctions, name: str) -> None:
    operator = functions.operator
    machine = f"arn:aws:states:{operator.aws.region}:{operator.aws.account}:stateMachine:nightly-orders"
    run = operator.start(machine, name=f"for-{name}", input={})
    operator.finished(run)

    answer = functions.feed("ExecutionWatchdog", name)

    assert (answer["verdict"], answer["execution_arn"]) == ("succeeded", run)


@pytest.mark.parametrize(
    ("name", "machine"),
    [
        ("error_spooler_catch", "nightly-orders"),
        ("error_spooler_bare_input", DEFAULT_MACHINE),
        ("error_spooler_status_change", UNTOUCHED_MACHINE),
    ],
)
def test_a_failure_is_spooled_with_its_input(functions: EmulatedFunctions, name: str, machine: str) -> None:
    forget_failures(functions.operator)

    answer = functions.feed("ErrorSpooler", name)

    (envelope,) = take_all(functions.operator, "SpoolQueueUrl")
    assert envelope["lineage"] == answer["lineage"]
    assert envelope["input"] == {"key": "12345"}
    assert envelope["state_machine_arn"].endswith(f":stateMachine:{machine}")


@pytest.mark.parametrize(("name", "started"), [("reprocessor", 3), ("reprocessor_max", 2)])
def test_what_is_on_the_spool_runs_again(functions: EmulatedFunctions, name: str, started: int) -> None:
    take_all(functions.operator, "SpoolQueueUrl")
    for _ in range(3):
        functions.feed("ErrorSpooler", "error_spooler_bare_input")

    answer = functions.feed("Reprocessor", name)

    assert (answer["success"], answer["left"]) == (started, 3 - started)


def test_the_samples_of_an_export_lead_from_a_plan_to_manifests(functions: EmulatedFunctions) -> None:
    operator = functions.operator
    forget_exports(operator)
    operator.aws.control("export-tasks", seconds=0)
    assert functions.feed("BucketChecker", "bucket_checker_begin")["state"] == "begun"
    found = functions.feed("BucketChecker", "bucket_checker_next")
    assert found["state"] == "export"

    assert functions.invoke("LogExporter", {"action": "start", "period": found["period"]})["task_id"]
    check = {"action": "check", "period": found["period"]}
    recorded = operator.until("the export", lambda: _completed(functions.invoke("LogExporter", check)))

    bucket = operator.output("ExportBucketName")
    assert operator.client("s3").head_object(Bucket=bucket, Key=recorded["manifest"])
    assert functions.feed("BucketChecker", "bucket_checker_next") != found
    audit = functions.feed("BucketChecker", "bucket_checker_audit")
    assert audit["groups"][0]["periods"][found["period"]["id"]] in ("completed", "empty")


def _completed(answer: dict[str, Any]) -> dict[str, Any] | None:
    return answer if answer["progress"] == "completed" else None
