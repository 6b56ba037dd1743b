"""What lies in quarantine is still what it was on the spool, and comes out of it when a person says so."""

import json

import pytest

from stepkeeper.domain.failure import FailureKey
from stepkeeper.domain.lineage import lineage_of
from tests.wire import Crash


@pytest.fixture
def quarantined(failing):
    """The messages in quarantine, each with its attributes."""

    def read():
        return [
            {name: value["StringValue"] for name, value in message.attributes.items()}
            for message in failing.world.quarantine.messages
        ]

    return read


def test_a_message_keeps_its_attributes_and_gets_the_reason(failing, quarantined):
    failing.simulation.template.overrides["MaxAttempts"] = "1"
    lineage = failing.put_failed("2026-11-21")
    (message,) = failing.world.spool.messages
    message.attributes = {"error": {"DataType": "String", "StringValue": "Down"}}

    failing.ask()

    (attributes,) = quarantined()
    record = failing.remembered(FailureKey(lineage, 1))
    assert attributes == {
        "reason": "it has failed 1 times, and max_attempts is 1",
        "spool_message_id": message.id,
        "first_message_id": message.id,
        "quarantined_at": record.quarantined_at.isoformat(timespec="seconds"),
        "error": "Down",
    }
    assert (record.quarantine_reason, record.answer) == (attributes["reason"], None)


def test_a_message_with_as_many_attributes_as_it_may_have_gets_the_reason_too(failing, quarantined):
    failing.put("not JSON")
    (message,) = failing.world.spool.messages
    message.attributes = {f"own_{n}": {"DataType": "String", "StringValue": "x"} for n in range(10)}

    failing.ask()

    (attributes,) = quarantined()
    assert len(attributes) == 10
    assert attributes["reason"].startswith("the message is not JSON")


def test_a_reason_is_cut_to_what_a_message_has_room_for(failing, quarantined):
    failing.put_failed(**{"unknown" * number: 1 for number in range(1, 50)})

    failing.ask()

    assert 900 < len(quarantined()[0]["reason"]) <= 1024


def test_an_input_that_was_put_aside_is_run_by_the_plan_that_says_so(failing):
    body = '{"key": "12345"}'
    failing.put(body)
    failing.ask()
    failing.simulation.template.overrides["DefaultStateMachineArn"] = failing.pipeline

    plan = failing.ask("plan", **{"from": "quarantine"})
    answer = failing.ask(plan=plan["plan"])

    assert answer["success"] == 1
    assert [json.loads(run.input) for run in failing.reruns] == [json.loads(body)]
    assert failing.world.quarantine.messages == []


def test_an_input_that_was_put_aside_twice_is_run_once(failing):
    """The call was broken off after the copy was in quarantine, and before the message had left the spool.

    An input without an envelope has no name but that of its first message.
    """
    message_id = failing.put('{"key": "12345"}')
    with failing.simulation.wire.breaking(3, "crash after"), pytest.raises(Crash):
        failing.ask(max=1)
    failing.world.spool.redeliver()
    failing.ask(max=1)
    assert len(failing.world.quarantine.messages) == 2
    failing.simulation.template.overrides["DefaultStateMachineArn"] = failing.pipeline

    plan = failing.ask("plan", override="restart", **{"from": "quarantine"})
    failing.ask(plan=plan["plan"], max=1)
    failing.ask(plan=plan["plan"], max=1)

    assert plan["count"] == 1
    assert [run.name for run in failing.reruns] == [f"r1-{lineage_of(message_id)}-{message_id}"]
    assert failing.world.quarantine.messages == []
