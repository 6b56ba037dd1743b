"""The envelope on the spool."""

import json
import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from pydantic import ValidationError

from stepkeeper.domain.envelope import Envelope
from stepkeeper.domain.failure import FailureKey
from tests.unit.arbitrary_json import json_values, nested

EXECUTION_INPUT_BYTES = 262_144
SQS_MESSAGE_BYTES = 1_048_576

# design.md, "The envelope on the spool"
AS_WRITTEN = {
    "version": 1,
    "lineage": "9f2c4e7a1b3d5f60",
    "attempt": 1,
    "state_machine_arn": "arn:aws:states:ap-northeast-1:123456789012:stateMachine:nightly-orders",
    "execution_arn": "arn:aws:states:ap-northeast-1:123456789012:execution:nightly-orders:2026-11-21",
    "redrive_count": 0,
    "input": {"key": "12345"},
    "state": "Encode",
    "error": "Exception",
    "cause": "the outside system does not answer",
    "failed_at": "2026-11-21T03:04:05Z",
}


def envelope(**changes) -> Envelope:
    fields = AS_WRITTEN | {"failed_at": datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)} | changes
    return Envelope(**fields)


def test_the_body_has_the_fields_of_the_contract():
    body = envelope().body()

    assert json.loads(body) == AS_WRITTEN


def test_the_time_of_the_failure_is_written_in_utc():
    tokyo = timezone(timedelta(hours=9))

    body = envelope(failed_at=datetime(2026, 11, 21, 12, 4, 5, 678_901, tzinfo=tokyo)).body()

    assert json.loads(body)["failed_at"] == "2026-11-21T03:04:05Z"


@given(json_values)
def test_any_input_comes_back_as_it_was(value):
    body = envelope(input=value).body()

    read = Envelope.model_validate(json.loads(body))

    assert json.dumps(read.input) == json.dumps(value)
    assert body.isascii()


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        {},
        [],
        {"": ""},
        [False, 0, 0.0, -0.0, "0"],
        2**63,
        -(10**400),
        5e-324,
        1.7976931348623157e308,
        "\ud83d",
        {"\udfff": "\ud800"},
        "\x00\x0b\x7f\x85\u2028\ufffe\uffff",
        "😀𝄞",
        nested(256),
        nested(500),
    ],
    ids=ascii,
)
def test_unusual_inputs_come_back_as_they_were(value):
    body = envelope(input=value).body()

    read = Envelope.model_validate(json.loads(body))

    assert json.dumps(read.input) == json.dumps(value)
    assert re.fullmatch("[\x20-\x7f]+", body), "SQS takes these characters"


@pytest.mark.parametrize(
    ("character", "in_utf_8"),
    [("\x7f", 1), ('\\"', 2), ("é", 2), ("€", 3), ("\uffff", 3), ("😀", 4)],
    ids=["DEL", "quote", "2 bytes", "3 bytes", "no character", "4 bytes"],
)
def test_the_largest_input_of_the_worst_characters_fits_into_a_message(character, in_utf_8):
    text = json.loads(f'"{character * ((EXECUTION_INPUT_BYTES - 2) // in_utf_8)}"')

    body = envelope(input=text).body()

    assert len(body) < SQS_MESSAGE_BYTES


def test_the_largest_input_of_the_worst_numbers_fits_into_a_message():
    """1e15 takes four bytes, and is written as 1000000000000000.0."""
    numbers = json.loads("[" + ",".join(["1e15"] * ((EXECUTION_INPUT_BYTES - 2) // 5)) + "]")

    body = envelope(input=numbers).body()

    assert len(body) < SQS_MESSAGE_BYTES


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), float("nan"), {"deep": [float("inf")]}])
def test_a_number_that_json_can_not_write_is_an_error(value):
    with pytest.raises(ValueError, match="not JSON compliant"):
        envelope(input=value).body()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("version", 2),
        ("version", 0),
        ("version", "1"),
        ("lineage", "9F2C4E7A1B3D5F60"),
        ("lineage", "9f2c4e7a1b3d5f6"),
        ("lineage", "9f2c4e7a1b3d5f60\n"),
        ("attempt", 0),
        ("attempt", "1"),
        ("state_machine_arn", "nightly-orders"),
        ("state_machine_arn", "arn:aws:states:ap-northeast-1:123456789012:execution:a:b"),
        ("execution_arn", 1),
        ("redrive_count", -1),
        ("error", None),
        ("failed_at", "2026-11-21T03:04:05"),
        ("failed_at", "yesterday"),
        ("priority", "high"),
    ],
)
def test_an_envelope_of_another_shape_is_refused_and_the_field_is_named(field, value):
    with pytest.raises(ValidationError) as refused:
        Envelope.model_validate(AS_WRITTEN | {field: value})

    assert [problem["loc"] for problem in refused.value.errors()] == [(field,)]


@pytest.mark.parametrize("field", sorted(AS_WRITTEN.keys() - {"version", "redrive_count"}))
def test_no_field_may_be_left_out(field):
    incomplete = {name: value for name, value in AS_WRITTEN.items() if name != field}

    with pytest.raises(ValidationError, match=field):
        Envelope.model_validate(incomplete)


def test_an_envelope_of_an_earlier_release_is_of_an_execution_that_was_never_redriven():
    earlier = {name: value for name, value in AS_WRITTEN.items() if name != "redrive_count"}

    assert Envelope.model_validate(earlier).redrive_count == 0


def test_an_envelope_names_its_failure():
    assert envelope(attempt=3).key == FailureKey("9f2c4e7a1b3d5f60", 3)


def test_the_attributes_repeat_what_queues_filter_by():
    attributes = envelope(attempt=3).attributes()

    assert attributes == {"state_machine": "nightly-orders", "error": "Exception", "attempt": "3"}


def test_an_error_without_a_name_still_has_an_attribute_since_sqs_takes_no_empty_one():
    attributes = envelope(error="", cause="", state=None, execution_arn=None).attributes()

    assert attributes["error"] == "Unknown"
    assert all(attributes.values())
