"""A run of a state machine that knows nothing of Stepkeeper is spooled by the event of its end."""

from datetime import timedelta

import pytest

from stepkeeper.domain.failure import FailureKey, FailureRecord
from stepkeeper.domain.lineage import lineage_of
from tests.handlers.spooling import Spooling


@pytest.mark.parametrize(
    ("status", "error", "expected"),
    [
        ("FAILED", "OutsideSystemDown", "OutsideSystemDown"),
        ("FAILED", None, ""),
        ("TIMED_OUT", None, "States.Timeout"),
        ("ABORTED", None, "Aborted"),
        ("ABORTED", "Cancelled", "Cancelled"),
    ],
)
def test_a_run_that_did_not_do_its_work_is_spooled_with_all_that_is_known_of_it(
    spooling: Spooling, status: str, error: str | None, expected: str
) -> None:
    execution = spooling.fails("2026-11-21", status, error=error, cause="夜")

    told = spooling.tell(execution)

    (envelope,) = spooling.spooled
    assert (envelope.state_machine_arn, envelope.execution_arn) == (spooling.pipeline, execution.arn)
    assert (envelope.error, envelope.cause, envelope.state) == (expected, "夜", "Encode")
    assert (envelope.input, envelope.redrive_count) == ({"key": "12345"}, 0)
    assert envelope.failed_at == execution.stopped_at.replace(microsecond=0)
    assert (told["lineage"], told["attempt"]) == (lineage_of(execution.arn), 1) == envelope.key


def test_what_is_known_of_the_failure_is_remembered(spooling: Spooling) -> None:
    execution = spooling.fails()
    spooling.world.clock.move(timedelta(seconds=7))

    told = spooling.tell(execution)

    assert spooling.remembered(FailureKey(told["lineage"], 1)) == FailureRecord(
        key=FailureKey(lineage_of(execution.arn), 1),
        state_machine_arn=spooling.pipeline,
        execution_arn=execution.arn,
        error="OutsideSystemDown",
        failed_at=execution.stopped_at,
        started_at=execution.started_at,
        resumable=True,
        spooled_at=spooling.world.clock.now(),
        message_id=spooling.world.spool.messages[0].id,
    )


@pytest.mark.parametrize("status", ["RUNNING", "SUCCEEDED", "PENDING_REDRIVE"])
def test_a_run_that_has_not_failed_is_not_spooled_and_the_answer_says_why(
    spooling: Spooling, status: str
) -> None:
    told = spooling.tell(spooling.fails(), status=status)

    assert told == {"spooled": False, "reason": f"its status is {status}"}
    assert (spooling.spooled, spooling.world.table.items) == ([], [])


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("weekly-report", "SPOOL_MACHINES (weekly-mail, nightly-*) does not name weekly-report"),
        ("own-drain_spool", "own-drain_spool is Stepkeeper's own"),
        ("own-load_when_ready", "own-load_when_ready is Stepkeeper's own"),
        ("nightly-orders/EachOrder", "nightly-orders/EachOrder is a Map state, whose items run again with"),
    ],
)
@pytest.mark.parametrize("machines", [None, "*"])
def test_a_machine_that_was_not_chosen_is_left_alone(
    spooling: Spooling, name: str, reason: str, machines: str | None
) -> None:
    if machines and "does not name" not in reason:
        spooling.simulation.template.overrides["SpoolMachines"] = machines
    machine = spooling.world.step_functions.add_machine(name)

    told = spooling.tell(spooling.fails(machine=machine))

    assert told["spooled"] is False
    assert told["reason"].startswith(reason)
    assert (spooling.spooled, spooling.world.table.items) == ([], [])
    assert spooling.simulation.wire.calls == []


def test_the_sample_pipeline_is_chosen_where_it_is_deployed(spooling: Spooling) -> None:
    spooling.simulation.template.overrides |= {"DeploySamples": "true", "SpoolMachines": ""}
    machine = spooling.world.step_functions.add_machine("stepkeeper-guarded_pipeline")

    spooling.tell(spooling.fails(machine=machine))

    assert [envelope.state_machine_arn for envelope in spooling.spooled] == [machine]


def test_a_redrive_by_hand_is_remembered_as_the_answer_to_the_failure_before(spooling: Spooling) -> None:
    execution = spooling.fails()
    spooling.redrive(execution)

    told = spooling.tell(execution)

    record = spooling.remembered(FailureKey(lineage_of(execution.arn), 1))
    assert told == {"spooled": False, "reason": "it was redriven, which is remembered"}
    assert record is not None
    assert (record.answer, record.answered_as) == ("redrive", execution.arn)


def test_a_redrive_in_a_machine_that_was_not_chosen_is_nobodys_business(spooling: Spooling) -> None:
    machine = spooling.world.step_functions.add_machine("other-orders")
    execution = spooling.fails(machine=machine)
    spooling.redrive(execution)

    told = spooling.tell(execution)

    assert told["spooled"] is False
    assert spooling.world.table.items == []
