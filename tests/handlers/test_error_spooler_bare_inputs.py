"""An input that names no execution is put on the spool, for the default state machine."""

import json
from dataclasses import replace

import pytest

from stepkeeper.domain.envelope import Envelope
from stepkeeper.errors import NoStateMachine
from stepkeeper.handlers.error_spooler import handler
from tests.handlers.failures import BARE
from tests.handlers.spooled import Spooled

DEFAULT = "arn:aws:states:ap-northeast-1:123456789012:stateMachine:default"


@pytest.fixture(autouse=True)
def configured(configure):
    configure("ErrorSpoolerFunction", DefaultStateMachineArn=DEFAULT)


def only(spooled: Spooled) -> Envelope:
    (body,) = spooled.waiting
    return Envelope.model_validate(json.loads(body))


def test_a_bare_input_is_spooled_without_its_error_for_the_default_machine(spooled, context):
    handler(BARE, context)

    envelope = only(spooled)
    assert envelope.state_machine_arn == DEFAULT
    assert envelope.input == {"key": "12345"}
    assert (envelope.error, envelope.cause) == ("OutsideSystemDown", "The outside system does not answer.")
    assert (envelope.execution_arn, envelope.state) == (None, None)


@pytest.mark.parametrize(
    "rest", [{}, {"input": 1}, {"execution": {"id": "x"}}, {"": ""}, {"\ud800": "\udfff"}], ids=ascii
)
def test_everything_but_the_error_is_a_bare_inputs_input(rest, spooled, context):
    handler({**rest, "error-info": {}}, context)

    assert only(spooled).input == rest


def test_a_bare_input_that_lambda_repeats_has_one_lineage_and_a_new_one_has_another(spooled, context):
    first = handler(BARE, context)
    repeated = handler(BARE, context)

    second = handler(BARE, replace(context, aws_request_id="another"))

    assert len(spooled.waiting) == 2
    assert first == repeated
    assert first["lineage"] != second["lineage"]


def test_a_bare_input_without_a_default_machine_is_refused_and_nothing_is_spooled(
    spooled, configure, context
):
    configure("ErrorSpoolerFunction", DefaultStateMachineArn="")

    with pytest.raises(NoStateMachine, match="DEFAULT_STATE_MACHINE_ARN"):
        handler(BARE, context)

    assert spooled.waiting == []
