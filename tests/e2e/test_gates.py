"""An error does not cross over: a failed upstream closes the downstream's gates, and nothing else changes."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from local.deployed import Operator
from tests.e2e.support.gates import CLOSED, OPEN, THIRD_STATE, Gates, furnished_gates
from tests.e2e.support.order import MORNING, set_uncertain_task
from tests.e2e.support.resources import state_items


def at(hour: int, minute: int) -> datetime:
    """A time of the night before MORNING."""
    return MORNING.replace(hour=hour, minute=minute)


@pytest.fixture
def furnished(operator: Operator) -> Iterator[Gates]:
    """Gates with everything a gate can have."""
    with furnished_gates(operator) as made:
        yield made


def test_when_the_upstream_fails_at_night_the_downstream_does_not_start(
    operator: Operator, gates: Gates
) -> None:
    set_uncertain_task(operator, behavior="NG")
    reports = len(operator.runs(operator.output("SampleReportArn")))
    operator.aws.move_schedule_clock(at(2, 59))

    operator.aws.move_schedule_clock(at(3, 0))
    gates.become(*CLOSED)
    operator.aws.move_schedule_clock(at(4, 31))

    assert operator.runs(operator.output("GuardedPipelineArn"))[0]["status"] == "FAILED"
    assert len(operator.runs(operator.output("SampleReportArn"))) == reports


def test_when_the_upstream_succeeds_at_night_both_gates_start_the_downstream(
    operator: Operator, gates: Gates
) -> None:
    reports = len(operator.runs(operator.output("SampleReportArn")))
    operator.aws.move_schedule_clock(at(2, 59))

    operator.aws.move_schedule_clock(at(4, 31))
    started = operator.runs(operator.output("SampleReportArn"))[: -reports or None]

    inputs = [operator.finished(run["executionArn"])["input"] for run in started]
    assert sorted(each["started_by"] for each in inputs) == ["rule", "schedule"]
    assert gates.states() == OPEN


def test_after_the_last_start_time_the_gates_open_again_just_as_they_were(
    operator: Operator, gates: Gates
) -> None:
    before = gates.read()
    operator.invoke("RuleToggler", {"detail": "disable"})
    closed = gates.states()
    operator.aws.move_schedule_clock(at(5, 59))

    operator.aws.move_schedule_clock(at(6, 0))
    gates.become(*OPEN)

    assert closed == CLOSED
    assert gates.read() == before
    operator.until("no hold is left", lambda: not state_items(operator))


def test_a_gate_that_a_person_disabled_stays_disabled_when_the_others_open(
    operator: Operator, gates: Gates
) -> None:
    gates.disable_rule()
    closed = operator.invoke("RuleToggler", {"detail": "disable"})
    operator.aws.move_schedule_clock(at(5, 59))

    operator.aws.move_schedule_clock(at(6, 0))
    gates.become("DISABLED", "ENABLED")
    opened = operator.invoke("RuleToggler", {"detail": "enable"})

    assert [gate["after"] for gate in closed] == ["DISABLED", "DISABLED"]
    assert gates.states() == ("DISABLED", "ENABLED")
    assert opened[0]["reason"] == "Stepkeeper did not disable it: whoever did has to enable it"


def test_toggling_changes_the_state_of_a_gate_and_not_one_field_more(
    operator: Operator, furnished: Gates
) -> None:
    before = furnished.read()

    operator.invoke("RuleToggler", {"action": "disable", "targets": furnished.names})
    closed = furnished.read()
    operator.invoke("RuleToggler", {"action": "enable", "targets": furnished.names})

    assert (before["rule"]["State"], before["schedule"]["State"]) == (THIRD_STATE, "ENABLED")
    assert closed == before | {
        "rule": before["rule"] | {"State": "DISABLED"},
        "schedule": before["schedule"] | {"State": "DISABLED"},
    }
    assert furnished.read() == before
