"""What has failed and was not spooled is found, and spooled."""

from datetime import timedelta

import pytest

from stepkeeper.domain.failure import FailureKey
from stepkeeper.domain.lineage import lineage_of, rerun_name
from tests.handlers.spooling import Spooling

SETTLED = timedelta(minutes=2)
"""A failure younger than that is left to its event."""


@pytest.mark.parametrize("status", ["FAILED", "TIMED_OUT", "ABORTED"])
def test_a_failure_that_no_event_told_of_is_spooled_as_by_its_event(spooling: Spooling, status: str) -> None:
    execution = spooling.fails("lost", status, input='{"key": "夜"}', cause="503")

    told = spooling.reconcile(after=SETTLED)

    lost = spooling.spooled
    spooling.world.clock.move(-SETTLED)
    record = spooling.remembered(FailureKey(lineage_of(execution.arn), 1))
    spooling.world.table.write(("lineage#" + lineage_of(execution.arn), "failure#0000000001"), None)
    spooling.tell(execution)
    assert told == {"machines": 1, "compared": 1, "repaired": [execution.arn]}
    assert spooling.spooled == lost * 2
    assert record is not None
    assert (record.started_at, record.resumable) == (execution.started_at, True)


def test_what_was_spooled_is_left_alone(spooling: Spooling) -> None:
    spooling.tell(spooling.fails("told"))
    spooling.catch(spooling.fails("caught", state="Red", state_type="Fail"))
    spooling.fails("done", "SUCCEEDED")

    told = spooling.reconcile(after=SETTLED)

    assert told == {"machines": 1, "compared": 1, "repaired": []}
    assert len(spooling.spooled) == 2


def test_what_was_repaired_is_not_repaired_again(spooling: Spooling) -> None:
    spooling.fails()
    spooling.reconcile(after=SETTLED)

    again = [
        spooling.reconcile(after=timedelta(minutes=minutes))["repaired"] for minutes in (0, 1, 5, 15, 60)
    ]

    assert again == [[]] * 5
    assert len(spooling.spooled) == 1


def test_a_failure_that_was_run_again_already_is_not_spooled_again(spooling: Spooling) -> None:
    spooling.tell(spooling.fails())
    spooling.run_again()

    assert spooling.reconcile(after=SETTLED)["repaired"] == []
    assert spooling.spooled == []


def test_a_rerun_whose_failure_was_lost_is_the_next_attempt_and_the_third_one_needs_a_person(
    spooling: Spooling,
) -> None:
    lineage = lineage_of("first")
    for attempt in (1, 2):
        spooling.fails(rerun_name(attempt=attempt, lineage=lineage, original_name="first"))

    spooling.reconcile(after=SETTLED)

    assert [envelope.key for envelope in spooling.spooled] == [(lineage, 2)]
    assert [envelope.key for envelope in spooling.quarantined] == [(lineage, 3)]


@pytest.mark.parametrize("name", ["other-orders", "own-drain_spool", "nightly-quick"])
def test_machines_that_were_not_chosen_are_not_looked_at(spooling: Spooling, name: str) -> None:
    spooling.simulation.template.overrides["SpoolMachines"] = "nightly-*,own-*"
    kind = "EXPRESS" if name == "nightly-quick" else "STANDARD"
    machine = spooling.world.step_functions.add_machine(name, type=kind)
    if kind == "STANDARD":
        spooling.fails(machine=machine)

    assert spooling.reconcile(after=SETTLED) == {"machines": 1, "compared": 1, "repaired": []}


def test_what_failed_a_moment_ago_is_left_to_its_event_until_the_next_time(spooling: Spooling) -> None:
    spooling.fails()

    at_once = spooling.reconcile(after=SETTLED - timedelta(milliseconds=1))
    next_time = spooling.reconcile(after=timedelta(minutes=15))

    assert (len(at_once["repaired"]), len(next_time["repaired"])) == (0, 1)


@pytest.mark.parametrize(("minutes", "found"), [(60 + 12, 0), (60 + 11, 1)])
def test_a_machine_that_is_new_to_stepkeeper_is_looked_at_an_hour_back(
    spooling: Spooling, minutes: int, found: int
) -> None:
    spooling.fails()

    assert len(spooling.reconcile(after=timedelta(minutes=minutes))["repaired"]) == found


@pytest.mark.parametrize(("hours", "found"), [(23, 1), (25, 0)])
def test_what_failed_while_the_reconciler_did_not_run_is_found_up_to_a_day_later(
    spooling: Spooling,
    hours: int,
    found: int,
) -> None:
    spooling.reconcile(after=SETTLED)
    spooling.world.clock.move(timedelta(minutes=1))
    spooling.fails()

    assert len(spooling.reconcile(after=timedelta(hours=hours))["repaired"]) == found


def test_a_failure_that_was_listed_late_is_found_in_the_next_look(spooling: Spooling) -> None:
    """ListExecutions is eventually consistent; it is given ten minutes."""
    spooling.reconcile(after=SETTLED)
    spooling.world.clock.move(timedelta(minutes=-10))
    spooling.fails()

    assert len(spooling.reconcile(after=timedelta(minutes=20))["repaired"]) == 1


def test_a_run_that_began_long_ago_is_found_where_it_has_failed_just_now(spooling: Spooling) -> None:
    run = spooling.simulation.start(spooling.pipeline, "long")
    spooling.world.clock.move(timedelta(days=3))
    spooling.world.step_functions.end(run, "FAILED")

    assert spooling.reconcile(after=SETTLED)["repaired"] == [run]
