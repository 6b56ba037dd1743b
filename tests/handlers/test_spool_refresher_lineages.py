"""What was sent anew is still the same failure, and is run once."""

from datetime import timedelta
from typing import Any

import pytest

from stepkeeper.domain.lineage import lineage_of
from tests.handlers.spooling import Spooling
from tests.simulated.queue import Queue

TEN_DAYS = timedelta(days=10)
MOMENT = timedelta(milliseconds=1)


def put(spooling: Spooling, queue: Queue, body: str = '{"key":"12345"}', **attributes: Any) -> str:
    """Puts a message that nobody else has touched, and gives its id."""
    sent = {"QueueUrl": queue.url, "MessageBody": body, "MessageAttributes": attributes}
    return str(spooling.world.call("sqs", "SendMessage", sent)["MessageId"])


def refresh(spooling: Spooling, after: timedelta = TEN_DAYS + MOMENT) -> Any:
    spooling.world.clock.move(after)
    return spooling.simulation.invoke("spool_refresher", {})


@pytest.mark.parametrize("refreshes", [0, 1, 3])
def test_a_bare_message_keeps_its_lineage_however_often_it_is_sent_anew(
    spooling: Spooling, refreshes: int
) -> None:
    spooling.simulation.template.overrides["DefaultStateMachineArn"] = spooling.pipeline
    first = put(spooling, spooling.world.spool)
    for _ in range(refreshes):
        refresh(spooling)

    spooling.run_again()

    (run,) = spooling.world.step_functions.runs
    assert run.name == f"r1-{lineage_of(first)}-{first}"
    assert spooling.world.spool.messages == []


def test_a_spooled_failure_is_run_once_after_it_was_sent_anew(spooling: Spooling) -> None:
    execution = spooling.fails()
    spooling.tell(execution)

    refresh(spooling)
    again = spooling.tell(execution)
    spooling.run_again()

    assert again["attempt"] == 1
    assert [run.by for run in spooling.world.step_functions.runs] == ["start", "start"]
    assert spooling.spooled == []
