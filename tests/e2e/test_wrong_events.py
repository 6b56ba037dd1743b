"""An event that fits none of a function's shapes is one clear error, and nothing has happened."""

import json
import sys
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from local.deployed import FunctionFailed, Operator
from local.rie import emulated
from local.stack import Build
from tests.e2e.support.envelopes import an_envelope
from tests.e2e.support.resources import function
from tests.e2e.support.scenarios import EVENTS
from tests.e2e.support.spool import put
from tests.e2e.support.world import look

MACHINE = "arn:aws:states:ap-northeast-1:000000000000:stateMachine:orders"
CAUGHT = json.loads((EVENTS / "error_spooler_catch.json").read_text())
QUERY = json.loads((EVENTS / "query_runner.json").read_text())
CLAIM = json.loads((EVENTS / "load_claimer_claim.json").read_text())
COMPLETE = json.loads((EVENTS / "load_claimer_complete.json").read_text())
PERIOD = json.loads((EVENTS / "log_exporter_start.json").read_text())["period"]
HUGE = "x" * 256 * 1024
LONGEST_MESSAGE = 1_500

FOR_EVERY_FUNCTION: dict[str, Any] = {
    "list": [{"detail": "disable"}],
    "string": "disable",
    "number": 12345,
    "null": None,
    "huge": {"filler": HUGE},
}
FOR_ONE: dict[str, dict[str, Any]] = {
    "RuleToggler": {
        "empty": {},
        "unknown-word": {"detail": "explode"},
        "wrong-type": {"detail": True},
        "unknown-field": {"detail": "disable", "gate": "rule/start-report"},
        "two-shapes": {"detail": "disable", "action": "disable", "targets": ["rule/start-report"]},
        "no-target": {"action": "disable", "targets": []},
        "target-not-in-a-list": {"action": "disable", "targets": "rule/start-report"},
        "huge-target": {"action": "disable", "targets": [{"rule": HUGE}]},
    },
    "ExecutionWatchdog": {
        "empty": {},
        "no-arn": {"SFN_ARN": "orders"},
        "wrong-type": {"SFN_ARN": [MACHINE]},
        "unknown-field": {"SFN_ARN": MACHINE, "until": "2026-11-21T03:00:00Z"},
        "since-and-within": {"SFN_ARN": MACHINE, "since": "2026-11-21T03:00:00Z", "within": "PT3H"},
        "time-without-zone": {"SFN_ARN": MACHINE, "since": "2026-11-21T03:00:00"},
        "seconds": {"SFN_ARN": MACHINE, "within": 3600},
        "huge-arn": {"SFN_ARN": MACHINE, "since": HUGE},
    },
    "ErrorSpooler": {
        "empty": {},
        "no-error": {name: value for name, value in CAUGHT.items() if name != "error"},
        "wrong-type": CAUGHT | {"execution": CAUGHT["execution"]["id"]},
        "unknown-field": CAUGHT | {"attempt": 2},
        "no-arn": CAUGHT | {"stateMachine": {"id": "orders", "name": "orders"}},
        "error-info-of-wrong-type": {"key": "12345", "error-info": "OutsideSystemDown"},
        "huge-state": CAUGHT | {"state": {"name": HUGE}},
    },
    "Reprocessor": {
        "text-for-a-number": {"max": "10"},
        "true-for-a-number": {"max": True},
        "zero": {"max": 0},
        "unknown-field": {"max": 10, "queue": "spool"},
    },
    "BucketChecker": {
        "unknown-field": {"months": 3},
    },
    "LogExporter": {
        "empty": {},
        "unknown-word": {"action": "cancel", "task_id": "1"},
        "no-period": {"action": "start"},
        "wrong-type": {"action": "start", "period": "2026-10"},
        "backward": {"action": "start", "period": PERIOD | {"to_ms": 0}},
        "unknown-field": {"action": "start", "period": PERIOD, "force": True},
        "huge-task-id": {"action": "check", "task_id": HUGE},
    },
    "QueryRunner": {
        "empty": {},
        "sql-instead-of-where-it-lies": QUERY | {"sql": "SELECT 1"},
        "unknown-engine": QUERY | {"engine": "mysql"},
        "no-region": QUERY | {"databaseInformation": QUERY["databaseInformation"] | {"region": "Tokyo"}},
        "parameter-of-wrong-type": QUERY | {"parameters": {"days": ["2026-11-23"]}},
        "parameter-without-a-name": QUERY | {"parameters": {"1 OR 1 = 1": "x"}},
        "waits-for-ever": QUERY | {"max_wait": "P1D"},
        "start-without-execution": QUERY | {"action": "start"},
        "status-without-query": {"action": "status"},
        "huge-parameter-name": QUERY | {"parameters": {HUGE: 1}},
    },
    "Notifier": {
        "empty": {},
        "no-text": {"text": " "},
        "wrong-type": {"text": ["loaded"]},
        "webhook": {"text": "loaded", "url": "http://127.0.0.1:1/services/T/B/x"},
        "wrong-emoji": {"text": "loaded", "icon_emoji": "tada"},
        "huge-name": {"text": "loaded", "username": HUGE},
    },
    "LoadClaimer": {
        "empty": {},
        "unknown-word": COMPLETE | {"action": "release"},
        "no-arn": COMPLETE | {"execution": "tonight"},
        "no-input": {name: value for name, value in CLAIM.items() if name != "input"},
        "wrong-type": CLAIM | {"execution": CLAIM["execution"]["id"]},
        "unknown-field": CLAIM | {"force": True},
        "huge-key": COMPLETE | {"key": [HUGE]},
    },
}
NO_LOADS: dict[str, Any] = {
    "empty": {},
    "list": [CLAIM["input"]],
    "time-without-zone": CLAIM["input"] | {"scheduled_time": "2026-11-26T09:30:00"},
    "waits-too-long": CLAIM["input"] | {"wait_at_most": "P8D"},
    "unknown-channel": CLAIM["input"] | {"channels": {"done": "#batch"}},
    "parameter-of-ours": CLAIM["input"] | {"parameters": {"period": "2026-W01"}},
    "huge-key": CLAIM["input"] | {"key": HUGE},
}
NOT_JSON = [b'{"detail": "disable"', b"detail=disable", b'{"max": 01}', b"\xff\xfe", b"x" * 256 * 1024]
WRONG = [
    pytest.param(handler, event, id=f"{handler}-{name}")
    for handler, own in FOR_ONE.items()
    for name, event in {**FOR_EVERY_FUNCTION, **own}.items()
]


@pytest.mark.parametrize(("handler", "event"), WRONG)
def test_a_wrong_event_is_one_clear_error_and_nothing_has_changed(
    operator: Operator, handler: str, event: Any
) -> None:
    put(operator, "SpoolQueueUrl", an_envelope(operator.output("GuardedPipelineArn")))
    before = look(operator)

    with pytest.raises(FunctionFailed, match="does not know this event; nothing was done") as failed:
        operator.invoke(handler, event)

    assert failed.value.error == "UnroutableEvent"
    assert len(failed.value.message) < LONGEST_MESSAGE
    assert look(operator) == before


@pytest.mark.parametrize("input", [pytest.param(input, id=name) for name, input in NO_LOADS.items()])
def test_an_input_that_is_no_loads_claims_nothing_and_the_error_says_what_is_wrong(
    operator: Operator, input: Any
) -> None:
    before = look(operator)

    with pytest.raises(FunctionFailed) as failed:
        operator.invoke("LoadClaimer", CLAIM | {"input": input})

    assert failed.value.error == "InvalidLoad"
    assert len(failed.value.message) < LONGEST_MESSAGE
    assert look(operator) == before


@pytest.fixture(scope="module")
def artifact(built: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What was deployed, which is the same for all functions."""
    [archive] = built.template.parent.glob("*.zip")
    unpacked = tmp_path_factory.mktemp("artifact")
    zipfile.ZipFile(archive).extractall(unpacked)
    return unpacked


@pytest.mark.skipif(
    sys.platform != "linux", reason="Lambda's emulator, as SAM has it, is a program for Linux"
)
@pytest.mark.parametrize("handler", FOR_ONE)
def test_what_is_not_json_is_an_error_before_the_function_has_seen_it(
    operator: Operator, artifact: Path, handler: str
) -> None:
    # Under the emulator, since the embedded AWS hands on an empty object instead of what is not JSON.
    configuration = function(operator, handler)
    entry, variables = configuration["Handler"], configuration["Environment"]["Variables"]
    put(operator, "SpoolQueueUrl", an_envelope(operator.output("GuardedPipelineArn")))
    before = look(operator)

    with emulated(operator.aws, artifact, entry, variables, timeout=timedelta(seconds=60)) as emulator:
        answers = [emulator.invoke(event) for event in NOT_JSON]

    assert [answer["errorType"] for answer in answers] == ["Runtime.UnmarshalError"] * len(NOT_JSON)
    assert all(len(answer["errorMessage"]) < LONGEST_MESSAGE for answer in answers)
    assert look(operator) == before


def test_an_input_without_an_execution_is_refused_where_no_state_machine_is_its_default(
    operator: Operator,
) -> None:
    event = json.loads((EVENTS / "error_spooler_bare_input.json").read_text())
    before = look(operator)

    with pytest.raises(FunctionFailed, match="Nothing was spooled") as failed:
        operator.invoke("ErrorSpooler", event)

    assert failed.value.error == "NoStateMachine"
    assert look(operator) == before
