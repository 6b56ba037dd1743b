"""A failure is kept once, whoever tells of it, however often, and in whatever order."""

import json
from datetime import timedelta
from itertools import permutations

import pytest

from stepkeeper.domain.failure import FailureKey
from stepkeeper.domain.lineage import lineage_of, rerun_name
from tests.handlers.spooling import Spooling
from tests.simulated.notices import status_change


def test_an_event_that_comes_twice_or_much_later_is_one_failure(spooling: Spooling) -> None:
    execution = spooling.fails()

    first = spooling.tell(execution)
    spooling.world.clock.move(timedelta(hours=23))
    again = spooling.tell(execution)

    assert first == again
    assert len(spooling.spooled) == 1


def test_a_failure_is_counted_once(spooling: Spooling, capsys: pytest.CaptureFixture[str]) -> None:
    execution = spooling.fails()

    for _ in range(2):
        spooling.tell(execution)

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["Spooled"] for line in lines if "Spooled" in line] == [[1.0], [0.0]]


def test_an_event_that_comes_after_its_run_was_started_again_changes_nothing(spooling: Spooling) -> None:
    execution = spooling.fails()
    first = spooling.tell(execution)
    spooling.run_again()

    again = spooling.tell(execution)

    assert again == first
    assert (spooling.spooled, len(spooling.world.step_functions.runs)) == ([], 2)


@pytest.mark.parametrize("catch_first", [True, False])
def test_a_catch_and_an_event_tell_of_one_failure(spooling: Spooling, catch_first: bool) -> None:
    execution = spooling.fails(state="Report", state_type="Fail")
    tell = [spooling.catch, spooling.tell] if catch_first else [spooling.tell, spooling.catch]

    first, second = (each(execution) for each in tell)

    record = spooling.remembered(FailureKey(first["lineage"], 1))
    assert first == second
    assert [envelope.execution_arn for envelope in spooling.spooled] == [execution.arn]
    assert record is not None
    assert record.resumable is False, "a Fail state only fails again"


def test_a_rerun_that_fails_is_the_next_failure_of_its_lineage(spooling: Spooling) -> None:
    lineage = lineage_of(f"{spooling.pipeline}/first")
    name = rerun_name(attempt=1, lineage=lineage, original_name="first")

    told = spooling.tell(spooling.fails(name))

    assert (told["lineage"], told["attempt"]) == (lineage, 2)
    assert len(spooling.spooled) == 1


def test_a_redriven_run_that_fails_again_is_the_next_failure_of_its_lineage(spooling: Spooling) -> None:
    execution = spooling.fails()
    first = spooling.tell(execution)
    spooling.redrive(execution)
    spooling.world.step_functions.end(execution.arn, "FAILED")

    second = spooling.tell(execution)

    assert (first["attempt"], second["attempt"]) == (1, 2)
    assert first["lineage"] == second["lineage"]
    assert [envelope.redrive_count for envelope in spooling.spooled] == [0, 1]


@pytest.mark.parametrize("redriven", [0, 1])
def test_the_third_failure_needs_a_person(spooling: Spooling, redriven: int) -> None:
    name = rerun_name(attempt=2 - redriven, lineage=lineage_of("first"), original_name="first")
    execution = spooling.fails(name)
    if redriven:
        spooling.redrive(execution)
        spooling.world.step_functions.end(execution.arn, "FAILED")

    told = spooling.tell(execution)
    again = spooling.tell(execution)

    (message,) = spooling.world.quarantine.messages
    record = spooling.remembered(FailureKey(lineage_of("first"), 3))
    assert (told, told["attempt"], told["message_id"]) == (again, 3, message.id)
    assert spooling.spooled == []
    assert message.attributes["reason"]["StringValue"] == "it has failed 3 times, and max_attempts is 3"
    assert message.attributes["attempt"]["StringValue"] == "3"
    assert record is not None
    assert (record.quarantined_at, record.quarantine_reason) == (
        record.spooled_at,
        "it has failed 3 times, and max_attempts is 3",
    )


def test_a_third_failure_that_a_catch_tells_of_needs_a_person_too(spooling: Spooling) -> None:
    name = rerun_name(attempt=1, lineage=lineage_of("first"), original_name="first")

    told = spooling.catch(spooling.fails(name), redriveCount=1)

    assert told["attempt"] == 3
    assert (len(spooling.spooled), len(spooling.quarantined)) == (0, 1)


@pytest.mark.parametrize("order", dict.fromkeys(permutations((0, 1, 2, 2))))
def test_events_in_any_order_leave_the_last_failure_to_be_run_and_the_first_one_as_it_was_redriven(
    spooling: Spooling, order: tuple[int, ...]
) -> None:
    """A person has redriven the run by hand: FAILED, RUNNING, FAILED; one event came twice."""
    execution = spooling.fails()
    events = [status_change(execution)]
    spooling.redrive(execution)
    events.append(status_change(execution))
    spooling.world.step_functions.end(execution.arn, "FAILED")
    events.append(status_change(execution))

    for number in order:
        spooling.simulation.invoke("error_spooler", events[number])
    spooling.run_again()

    lineage = lineage_of(execution.arn)
    records = [spooling.remembered(FailureKey(lineage, attempt)) for attempt in (1, 2)]
    assert [record.answer for record in records if record] == ["redrive", "restart"]
    assert [run.by for run in spooling.world.step_functions.runs] == ["start", "redrive", "start"]
    assert spooling.spooled == []


def test_a_history_that_can_not_be_read_does_not_keep_an_input_from_being_kept(spooling: Spooling) -> None:
    spooling.world.faults.refuse("GetExecutionHistory")

    told = spooling.tell(spooling.fails())

    record = spooling.remembered(FailureKey(told["lineage"], 1))
    assert [envelope.state for envelope in spooling.spooled] == [None]
    assert record is not None
    assert record.resumable is None, "it is not known"
