"""Lives of gates that once broke a promise, each as its story."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from stepkeeper.pipelines.errors import GatesFailed
from tests.mapped import CHAIN, Mapped, put_map
from tests.promises_of_gates.well import HOUR, MAIL, MINUTE, REPORT, SECOND, recover, well
from tests.simulated.simulation import Simulation
from tests.wire import Crash

AHEAD: dict[str, Any] = {"settle": ["ingest"]}
BY_HAND = 'blocks = ["report"]\nreopen = "by-hand"'
AFTER_DISABLING = 8
"""The call with which a gate is noted as closed."""


@pytest.fixture
def chain(simulation: Simulation, tmp_path: Path) -> Mapped:
    return well(simulation, tmp_path / "map")


def fail_ingest(chain: Mapped) -> None:
    """The run that was started at 01:00 fails at 01:04:05."""
    (run,) = chain.pass_time(2 * HOUR)
    chain.tell(chain.end(run, "FAILED"))


def test_the_reconciler_does_not_open_what_was_closed_ahead_of_a_start(chain: Mapped) -> None:
    chain.pass_time(3 * HOUR + 54 * MINUTE)  # 02:58:05, and the ingest of 01:00 still runs
    chain.simulation.invoke("rule_toggler", AHEAD)
    chain.pass_time(MINUTE)

    chain.reconcile()

    assert chain.states(REPORT) == ["DISABLED"]


def test_an_event_of_another_run_does_not_open_what_was_closed_ahead_of_a_start(chain: Mapped) -> None:
    old = chain.end(chain.start("ingest", "long-ago"), "SUCCEEDED")
    chain.pass_time(3 * HOUR + 54 * MINUTE)
    chain.simulation.invoke("rule_toggler", AHEAD)

    chain.tell(old)

    assert chain.states(REPORT) == ["DISABLED"]


def test_a_failure_that_a_person_let_go_of_does_not_hide_that_the_next_run_is_late(chain: Mapped) -> None:
    fail_ingest(chain)
    request = {"action": "enable", "targets": [REPORT, MAIL], "owner": "ingest"}
    chain.simulation.invoke("rule_toggler", request)
    chain.pass_time(25 * HOUR + 54 * MINUTE)  # 02:58:05 of the next day, and the ingest of 01:00 still runs

    chain.simulation.invoke("rule_toggler", AHEAD)

    assert chain.states(REPORT) == ["DISABLED"]


def test_a_redrive_of_a_failure_that_a_person_let_go_of_does_not_close_the_gate_again(chain: Mapped) -> None:
    fail_ingest(chain)
    chain.pass_time(MINUTE)
    chain.world.gates.set_state(REPORT, "ENABLED")
    chain.reconcile()
    chain.pass_time(MINUTE)
    failed = [run.execution for run in chain.world.step_functions.runs if run.execution.status == "FAILED"]
    chain.world.step_functions.redrive_execution({"executionArn": failed[-1].arn, "clientToken": "token"})

    chain.reconcile()

    assert chain.states(REPORT) == ["ENABLED"]


def test_a_failure_after_an_opening_that_broke_off_closes_the_gate_again(chain: Mapped) -> None:
    fail_ingest(chain)
    is_last = lambda sent: "opened_at = " in sent.get("UpdateExpression", "")  # noqa: E731
    chain.world.faults.refuse("UpdateItem", when=is_last)
    with suppress(GatesFailed):
        recover(chain, "ingest")
    chain.world.faults.clear()
    opened = chain.states(REPORT, MAIL)
    chain.pass_time(SECOND)

    chain.tell(chain.end(chain.start("ingest", "once-more"), "FAILED"))

    assert opened == ["ENABLED", "ENABLED"]
    assert chain.states(REPORT, MAIL) == ["DISABLED", "DISABLED"]
    assert chain.owners(REPORT) == {"ingest"}


def test_a_gate_is_not_opened_because_the_schedule_of_its_upstream_could_not_be_read(chain: Mapped) -> None:
    chain.pass_time(3 * HOUR + 54 * MINUTE)
    chain.simulation.invoke("rule_toggler", AHEAD)
    is_ingest = lambda sent: sent["Name"] == "start-ingest"  # noqa: E731
    chain.world.faults.refuse("GetSchedule", when=is_ingest)

    with suppress(GatesFailed):
        chain.simulation.invoke("rule_toggler", AHEAD)

    assert chain.states(REPORT) == ["DISABLED"]


def test_a_gate_that_a_person_opened_is_not_held_again_after_a_request_of_another(chain: Mapped) -> None:
    fail_ingest(chain)
    chain.pass_time(MINUTE)
    chain.world.gates.set_state(REPORT, "ENABLED")

    for action in ("disable", "enable"):
        chain.simulation.invoke("rule_toggler", {"action": action, "targets": [REPORT]})
    chain.reconcile()

    assert chain.states(REPORT) == ["ENABLED"]


def test_a_closing_that_broke_off_is_told_although_its_upstream_is_well_again(
    simulation: Simulation, tmp_path: Path
) -> None:
    chain = well(simulation, tmp_path / "map")
    put_map(simulation, tmp_path / "by-hand", CHAIN.replace('blocks = ["report"]', BY_HAND))
    (run,) = chain.pass_time(2 * HOUR)
    event = chain.end(run, "FAILED")
    with simulation.wire.breaking(AFTER_DISABLING, "crash before"), suppress(Crash):
        chain.tell(event)
    recover(chain, "ingest")
    chain.pass_time(6 * MINUTE)

    chain.reconcile()

    assert chain.states(REPORT) == ["DISABLED"]
    assert [text for text in chain.told if "report (rule/start-report) was closed: ingest failed" in text]
