"""What is done with a spooled message: it is run, or put into quarantine."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given

from stepkeeper.domain.envelope import Envelope
from stepkeeper.domain.lineage import lineage_of
from stepkeeper.domain.reprocessor import Leave, Quarantine, Start, decide
from tests.unit.arbitrary_json import json_values, nested

STATE_MACHINE = "arn:aws:states:ap-northeast-1:123456789012:stateMachine:nightly-orders"
DEFAULT = "arn:aws:states:ap-northeast-1:123456789012:stateMachine:default"
EXECUTION = "arn:aws:states:ap-northeast-1:123456789012:execution:nightly-orders:2026-11-21-0300"
LINEAGE = "9f2c4e7a1b3d5f60"
MESSAGE_ID = "5fea7756-0ea4-451a-a703-a558b933e274"
EXECUTION_INPUT_BYTES = 262_144


def body_of(**changes) -> str:
    fields = {
        "lineage": LINEAGE,
        "attempt": 1,
        "state_machine_arn": STATE_MACHINE,
        "execution_arn": EXECUTION,
        "input": {"key": "12345"},
        "state": "Encode",
        "error": "Exception",
        "cause": "",
        "failed_at": datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC),
    }
    return Envelope(**(fields | changes)).body()


BEGAN = datetime(2026, 11, 22, tzinfo=UTC)


def decide_on(body: str, default: str | None = DEFAULT) -> Start | Quarantine | Leave:
    return decide(body, message_id=MESSAGE_ID, default_state_machine_arn=default, began=BEGAN)


@pytest.mark.parametrize("attempt", [1, 2, 10])
def test_an_envelope_is_run_under_the_name_of_its_attempt(attempt):
    decision = decide_on(body_of(attempt=attempt))

    assert decision == Start(STATE_MACHINE, f"r{attempt}-{LINEAGE}-2026-11-21-0300", '{"key":"12345"}')


@pytest.mark.parametrize(
    ("seconds", "decision"), [(-1, Start), (0, Start), (1, Leave)], ids=["before", "just then", "after"]
)
def test_what_failed_after_the_call_began_is_left_for_another(seconds, decision):
    failed_at = BEGAN + timedelta(seconds=seconds)

    assert isinstance(decide_on(body_of(failed_at=failed_at)), decision)


def test_the_default_machine_does_not_run_what_has_a_machine_of_its_own():
    with_default, without = decide_on(body_of()), decide_on(body_of(), default=None)

    assert with_default == without


def test_an_envelope_without_an_execution_is_run_under_its_lineage_alone():
    decision = decide_on(body_of(execution_arn=None))

    assert isinstance(decision, Start)
    assert decision.name == f"r1-{LINEAGE}-"


@given(json_values)
def test_any_input_is_run_as_it_was_spooled(value):
    decision = decide_on(body_of(input=value))

    assert isinstance(decision, Start)
    assert json.dumps(json.loads(decision.input)) == json.dumps(value)
    assert decision.input.encode()


@pytest.mark.parametrize("body", ["{}", "[]", "null", '"text"', "0", '{"key": "値"}', '{"version": 1}'])
def test_a_message_that_is_no_envelope_is_an_input_for_the_default_machine(body):
    decision = decide_on(body)

    assert isinstance(decision, Start)
    assert decision.state_machine_arn == DEFAULT
    assert decision.name == f"r1-{lineage_of(MESSAGE_ID)}-{MESSAGE_ID}"
    assert json.loads(decision.input) == json.loads(body)


def test_a_message_that_is_no_envelope_is_quarantined_where_there_is_no_default():
    decision = decide_on("{}", default=None)

    assert decision == Quarantine(
        "the message is no envelope, and DEFAULT_STATE_MACHINE_ARN is not set to run it"
    )


@pytest.mark.parametrize(
    "body", ["", "key=12345", "{", "{'key': 1}", "NaN", '{"a": Infinity}', "[-Infinity]"]
)
def test_a_message_that_is_not_json_is_quarantined(body):
    decision = decide_on(body)

    assert isinstance(decision, Quarantine)
    assert decision.reason.startswith("the message is not JSON: ")


@pytest.mark.parametrize("number", ["1e400", "-1e400"])
def test_a_number_too_large_for_a_float_is_not_run_as_infinity(number):
    decision = decide_on(f'{{"amount": {number}}}')

    assert isinstance(decision, Quarantine)
    assert number in decision.reason


@pytest.mark.parametrize("default", [DEFAULT, None])
def test_a_message_nested_too_deeply_to_be_read_is_quarantined_and_stops_nobody_else(default):
    decision = decide_on("[" * 200_000 + "]" * 200_000, default)

    assert isinstance(decision, Quarantine)
    assert "nested" in decision.reason


def test_deep_nesting_that_can_be_read_is_run():
    decision = decide_on(body_of(input=nested(300)))

    assert isinstance(decision, Start)
    assert decision.input == "[" * 300 + "]" * 300


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("version", 2),
        ("attempt", 0),
        ("lineage", "none"),
        ("state_machine_arn", "nightly-orders"),
        ("failed_at", None),
        ("comment", "by hand"),
    ],
)
def test_a_broken_envelope_is_quarantined_never_run_as_an_input_and_the_field_is_named(field, value):
    broken = json.loads(body_of()) | {field: value}

    decision = decide_on(json.dumps(broken))

    assert isinstance(decision, Quarantine)
    assert decision.reason.startswith(f"the envelope is broken: {field}: ")


@pytest.mark.parametrize(
    ("characters", "fits"),
    [
        ("x" * (EXECUTION_INPUT_BYTES - 2), True),
        ("x" * (EXECUTION_INPUT_BYTES - 1), False),
        ("é" * ((EXECUTION_INPUT_BYTES - 2) // 2), True),
        ("é" * (EXECUTION_INPUT_BYTES // 2), False),
        ("😀" * ((EXECUTION_INPUT_BYTES - 2) // 4), True),
        ("😀" * (EXECUTION_INPUT_BYTES // 4), False),
    ],
    ids=["ascii", "ascii, one more", "2 bytes", "2 bytes, one more", "4 bytes", "4 bytes, one more"],
)
def test_an_input_larger_than_an_execution_takes_is_quarantined(characters, fits):
    decision = decide_on(body_of(input=characters))

    assert isinstance(decision, Start if fits else Quarantine)
    if isinstance(decision, Quarantine):
        assert str(EXECUTION_INPUT_BYTES) in decision.reason
