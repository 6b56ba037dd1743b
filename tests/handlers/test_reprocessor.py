"""Spooled executions are run again, a few at a time."""

import json

import pytest

from stepkeeper.errors import InvalidSettings
from stepkeeper.handlers import error_spooler
from stepkeeper.handlers.reprocessor import handler
from tests.handlers.failures import caught
from tests.unit.arbitrary_json import nested


@pytest.fixture(autouse=True)
def configured(configure):
    configure("ReprocessorFunction")


def test_an_empty_spool_is_no_work(spooled, context):
    answer = handler({}, context)

    assert answer == {
        "success": 0,
        "duplicates": 0,
        "quarantined": 0,
        "left": 0,
        "stopped_because": "the spool is empty",
    }
    assert list(answer) == ["success", "duplicates", "quarantined", "left", "stopped_because"]
    assert spooled.runs == {}


def test_a_spooled_execution_is_run_again_with_its_input_and_leaves_the_spool(spooled, context):
    spooled.put_failed("2026-11-21", {"key": "12345"})

    answer = handler({}, context)

    ((name, given),) = spooled.runs.items()
    assert name.startswith("r1-")
    assert name.endswith("-2026-11-21")
    assert given == {"key": "12345"}
    assert spooled.waiting == []
    assert (answer["success"], answer["left"]) == (1, 0)


@pytest.mark.parametrize(
    "original",
    [None, False, 0, "", [], {}, [1, "two"], 2**70, 0.1, 5e-324, "値😀\x7f", "\ud800", nested(300)],
    ids=lambda value: ascii(value)[:20],
)
def test_what_the_error_spooler_spools_is_run_as_it_was(original, spooled, configure, context):
    configure("ErrorSpoolerFunction")
    error_spooler.handler(caught(input=original), context)

    handler({"max": 1}, context)

    (given,) = spooled.runs.values()
    assert json.dumps(given) == json.dumps(original)


def test_an_execution_that_fails_again_and_again_is_run_again_in_one_lineage_until_it_is_enough(
    spooled, configure, context
):
    configure("ErrorSpoolerFunction", MaxAttempts="4")
    configure("ReprocessorFunction")
    name = "2026-11-21"
    for _ in range(4):
        error_spooler.handler(caught(name), context)
        handler({"max": 1}, context)
        name = max(spooled.runs)

    attempts, lineages = zip(*(run.split("-")[:2] for run in sorted(spooled.runs)), strict=True)
    assert attempts == ("r1", "r2", "r3")
    assert len(set(lineages)) == 1
    (quarantined,) = spooled.quarantined
    assert quarantined["reason"] == "it has failed 4 times, and max_attempts is 4"


def test_what_is_on_the_spool_out_of_attempts_is_quarantined_with_the_reason(spooled, context):
    body = spooled.put_failed("2026-11-21", attempt=3)

    answer = handler({}, context)

    (quarantined,) = spooled.quarantined
    assert quarantined["Body"] == body
    assert quarantined["reason"] == "it has failed 3 times, and max_attempts is 3"
    assert (answer["quarantined"], answer["left"]) == (1, 0)
    assert spooled.runs == {}


def test_a_message_that_comes_again_while_its_run_goes_on_starts_nothing(spooled, context):
    body = spooled.put_failed("2026-11-21")
    handler({}, context)
    spooled.put(body)

    handler({}, context)

    assert len(spooled.runs) == 1
    assert spooled.waiting == []


def test_messages_that_come_again_after_their_run_has_ended_are_counted_as_duplicates(spooled, context):
    body = spooled.put_failed("2026-11-21")
    handler({}, context)
    spooled.end_all_runs()
    for _ in range(3):
        spooled.put(body)

    answer = handler({}, context)

    assert (answer["success"], answer["duplicates"], answer["left"]) == (0, 3, 0)
    assert len(spooled.runs) == 1
    assert spooled.waiting == []


def test_a_missing_variable_is_named_and_nothing_is_received(spooled, monkeypatch, context):
    spooled.put_failed("2026-11-21")
    monkeypatch.delenv("QUARANTINE_QUEUE_URL")

    with pytest.raises(InvalidSettings, match="QUARANTINE_QUEUE_URL"):
        handler({}, context)

    assert spooled.stack.aws.wire.calls == []
