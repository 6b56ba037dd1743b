"""What a message from the spool is about: a failed run, or nothing that could be run."""

import json
from dataclasses import replace

import pytest
from hypothesis import given

from stepkeeper.domain.envelope import Envelope
from stepkeeper.domain.failure import FailureKey
from stepkeeper.domain.lineage import lineage_of
from stepkeeper.domain.spooled_run import SpooledRun, Unreadable, dump, read_message, why_too_large
from tests.unit.arbitrary_json import json_values, nested
from tests.unit.failed_runs import EXECUTION, INPUT_BYTES, LINEAGE, RUN, STATE_MACHINE

DEFAULT = "arn:aws:states:ap-northeast-1:123456789012:stateMachine:default"
MESSAGE_ID = "5fea7756-0ea4-451a-a703-a558b933e274"


def body_of(**changes) -> str:
    fields = {
        "lineage": LINEAGE,
        "attempt": 1,
        "state_machine_arn": STATE_MACHINE,
        "execution_arn": EXECUTION,
        "redrive_count": 0,
        "input": {"key": "12345"},
        "state": "Encode",
        "error": RUN.error,
        "cause": RUN.cause,
        "failed_at": RUN.failed_at,
    }
    return Envelope(**(fields | changes)).body()


def read(body: str, default: str | None = DEFAULT) -> SpooledRun | Unreadable:
    return read_message(body, message_id=MESSAGE_ID, default_state_machine_arn=default)


@pytest.mark.parametrize(("attempt", "redrives"), [(1, 0), (2, 1), (10, 0)])
@pytest.mark.parametrize("default", [DEFAULT, None])
def test_an_envelope_is_a_failed_run(attempt, redrives, default):
    run = read(body_of(attempt=attempt, redrive_count=redrives), default)

    key, name = FailureKey(LINEAGE, attempt), f"r{attempt}-{LINEAGE}-2026-11-21-0300"
    assert run == replace(RUN, key=key, name=name, redrive_count=redrives)
    assert run.rerun_arn == f"{STATE_MACHINE.replace(':stateMachine:', ':execution:')}:{name}"


def test_an_envelope_from_before_redrives_were_counted_has_none():
    envelope = json.loads(body_of())
    del envelope["redrive_count"]

    assert read(json.dumps(envelope)) == read(body_of())


def test_a_run_without_an_execution_has_its_lineage_alone_for_a_name():
    run = read(body_of(execution_arn=None))

    assert (run.name, run.execution_arn) == (f"r1-{LINEAGE}-", None)


@given(json_values)
def test_any_input_is_run_as_it_was_spooled(value):
    run = read(body_of(input=value))

    assert json.dumps(json.loads(run.input)) == json.dumps(value)
    assert len(run.input.encode()) == run.input_bytes


@pytest.mark.parametrize("body", ["{}", "[]", "null", '"text"', "0", '{"key": "値"}', '{"version": 1}'])
def test_a_message_that_is_no_envelope_is_an_input_for_the_default_machine(body):
    run = read(body)

    assert (run.key, run.state_machine_arn) == (FailureKey(lineage_of(MESSAGE_ID), 1), DEFAULT)
    assert run.name == f"r1-{lineage_of(MESSAGE_ID)}-{MESSAGE_ID}"
    assert json.loads(run.input) == json.loads(body)
    assert (run.execution_arn, run.failed_at) == (None, None)


def unreadable(reason: str) -> Unreadable:
    return Unreadable(FailureKey(lineage_of(MESSAGE_ID), 1), reason)


def test_a_message_that_is_no_envelope_is_nothing_where_there_is_no_default():
    reason = "the message is no envelope, and DEFAULT_STATE_MACHINE_ARN is not set to run it"

    assert read("{}", default=None) == unreadable(reason)


@pytest.mark.parametrize(
    "body", ["", "key=12345", "{", "{'key': 1}", "NaN", '{"a": Infinity}', "[-Infinity]"]
)
def test_a_message_that_is_not_json_is_nothing(body):
    assert read(body).reason.startswith("the message is not JSON: ")


@pytest.mark.parametrize("number", ["1e400", "-1e400"])
def test_a_number_too_large_for_a_float_is_not_run_as_infinity(number):
    assert number in read(f'{{"amount": {number}}}').reason


@pytest.mark.parametrize("default", [DEFAULT, None])
def test_a_message_nested_too_deeply_to_be_read_is_nothing_and_stops_nobody_else(default):
    run = read("[" * 200_000 + "]" * 200_000, default)

    assert run == unreadable("the message is nested too deeply to be read")


def test_deep_nesting_that_can_be_read_is_run():
    assert read(body_of(input=nested(300))).input == "[" * 300 + "]" * 300


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("version", 2),
        ("attempt", 0),
        ("redrive_count", -1),
        ("lineage", "none"),
        ("state_machine_arn", "nightly-orders"),
        ("failed_at", None),
        ("comment", "by hand"),
    ],
)
def test_a_broken_envelope_is_never_taken_for_an_input_and_the_field_is_named(field, value):
    run = read(json.dumps(json.loads(body_of()) | {field: value}))

    assert run.reason.startswith(f"the envelope is broken: {field}: ")


@pytest.mark.parametrize("character", ["x", "é", "値", "😀", '"', "\x7f"])
def test_the_size_of_an_input_is_that_of_its_utf8(character):
    width = len(dump(character).encode()) - 2
    fits = read(body_of(input=character * ((INPUT_BYTES - 2) // width)))

    assert INPUT_BYTES - width < fits.input_bytes <= INPUT_BYTES
    assert why_too_large(fits.input_bytes) is None


@pytest.mark.parametrize(("size", "fits"), [(INPUT_BYTES, True), (INPUT_BYTES + 1, False)])
def test_an_execution_takes_so_many_bytes_and_not_one_more(size, fits):
    reason = why_too_large(size)

    assert reason is None if fits else str(INPUT_BYTES) in str(reason)
