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
from tests.e2e.support.wrong_events import CLAIM, FOR_EVERY_FUNCTION, FOR_ONE, NO_LOADS, NOT_JSON
from tests.e2e.support.wrong_exports import NO_PERIODS

LONGEST_MESSAGE = 1_500

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


@pytest.mark.parametrize(
    ("handler", "event"), [pytest.param(*of_one, id=name) for name, of_one in NO_PERIODS.items()]
)
def test_a_period_that_the_ledger_does_not_have_is_named_and_nothing_is_planned_or_exported(
    operator: Operator, handler: str, event: Any
) -> None:
    before = look(operator)

    with pytest.raises(FunctionFailed, match="The ledger has no period") as failed:
        operator.invoke(handler, event)

    assert failed.value.error == "ExportPeriodUnknown"
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
