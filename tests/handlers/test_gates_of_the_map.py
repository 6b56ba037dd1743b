"""What fails closes all that depends on it, what succeeds opens it, and what was missed is made up for."""

from datetime import timedelta
from pathlib import Path

import pytest

from stepkeeper.pipelines.errors import GatesNotReconciled
from tests.mapped import CHAIN, Mapped, make_chain, put_map
from tests.simulated.simulation import Simulation

INGEST, REPORT, MAIL = "schedule/default/start-ingest", "rule/start-report", "schedule/default/start-mail"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def chain(simulation: Simulation, tmp_path: Path) -> Mapped:
    """The chain at 23:04:05: everything has gone well today. It starts at 01:00, 03:00 and 05:00."""
    mapped = make_chain(simulation, tmp_path / "map")
    for run in mapped.pass_time(20 * HOUR):
        mapped.tell(mapped.end(run, "SUCCEEDED"))
    for name in ("ingest", "report"):
        mapped.tell(mapped.end(mapped.start(name, "by-hand"), "SUCCEEDED"))
    mapped.world.functions.invoked.clear()
    return mapped


def fail_ingest(chain: Mapped) -> None:
    """At 01:04:05 the run that was started at 01:00 fails."""
    (run,) = chain.pass_time(2 * HOUR)
    chain.tell(chain.end(run, "FAILED"))


def recover(chain: Mapped, pipeline: str) -> None:
    """A person's run of the pipeline succeeds."""
    chain.tell(chain.end(chain.start(pipeline, f"again-{chain.world.clock.now():%H%M}"), "SUCCEEDED"))


def runs_of(chain: Mapped, pipeline: str) -> list[str]:
    return [run.name for run in chain.world.step_functions.runs if run.execution.machine.name == pipeline]


def test_a_failed_pipeline_closes_all_that_depends_on_it_and_a_success_opens_it(chain: Mapped) -> None:
    fail_ingest(chain)
    while_closed = chain.states(REPORT, MAIL), chain.owners(REPORT), chain.owners(MAIL)
    recover(chain, "ingest")

    assert while_closed == (["DISABLED", "DISABLED"], {"ingest"}, {"ingest"})
    assert chain.states(INGEST, REPORT, MAIL) == ["ENABLED", "ENABLED", "ENABLED"]
    assert [chain.owners(gate) for gate in (REPORT, MAIL)] == [set(), set()]
    assert len(chain.told) == 2


def test_a_third_pipeline_waits_for_the_second_to_have_made_up_for_its_start(chain: Mapped) -> None:
    fail_ingest(chain)
    chain.pass_time(3 * HOUR + 55 * MINUTE)  # 04:59: the report has missed its start at 03:00
    chain.simulation.invoke("rule_toggler", {"settle": ["report"]})
    owners = chain.owners(MAIL)
    recover(chain, "ingest")
    between = chain.states(REPORT, MAIL)
    (made_up,) = [run for run in chain.world.step_functions.runs if run.name.startswith("missed-")]
    chain.tell(chain.end(made_up.execution, "SUCCEEDED"))

    assert owners == {"ingest", "report"}
    assert between == ["ENABLED", "DISABLED"]
    assert (made_up.execution.machine.name, made_up.execution.input) == ("report", '{"by": "rule"}')
    assert made_up.name.startswith("missed-20261122T030000Z-")
    assert chain.states(REPORT, MAIL) == ["ENABLED", "ENABLED"]


def test_a_gate_that_a_person_disabled_stays_disabled(chain: Mapped) -> None:
    chain.world.gates.set_state(REPORT, "DISABLED")

    fail_ingest(chain)
    recover(chain, "ingest")

    assert chain.states(REPORT, MAIL) == ["DISABLED", "ENABLED"]


def test_a_gate_that_a_person_opens_meanwhile_stays_open_and_that_is_told(chain: Mapped) -> None:
    fail_ingest(chain)
    chain.world.clock.move(MINUTE)
    chain.world.gates.set_state(REPORT, "ENABLED")

    chain.reconcile()
    chain.reconcile()

    assert chain.states(REPORT, MAIL) == ["ENABLED", "DISABLED"]
    assert "Left open: report (rule/start-report): somebody opened it" in chain.told[-1]
    assert len(chain.told) == 2


def test_a_late_pipeline_closes_what_is_about_to_start(chain: Mapped) -> None:
    (run,) = chain.pass_time(2 * HOUR)
    chain.pass_time(HOUR + 55 * MINUTE)  # 02:59:05, and the ingest still runs
    chain.simulation.invoke("rule_toggler", {"settle": ["ingest"]})
    closed = chain.states(REPORT, MAIL)
    chain.pass_time(10 * MINUTE)
    chain.tell(chain.end(run, "SUCCEEDED"))

    assert closed == ["DISABLED", "ENABLED"]
    assert chain.states(REPORT, MAIL) == ["ENABLED", "ENABLED"]
    assert [name.partition("Z")[0] for name in runs_of(chain, "report")][-1:] == ["missed-20261122T030000"]


def test_a_lost_event_is_made_up_for_by_the_reconciler(chain: Mapped) -> None:
    (run,) = chain.pass_time(2 * HOUR)
    chain.end(run, "FAILED")

    chain.reconcile()

    assert chain.states(REPORT, MAIL) == ["DISABLED", "DISABLED"]


def test_events_in_any_order_come_to_the_same(chain: Mapped) -> None:
    (run,) = chain.pass_time(2 * HOUR)
    failed = chain.end(run, "FAILED")
    chain.world.clock.move(MINUTE)
    succeeded = chain.end(chain.start("ingest", "again"), "SUCCEEDED")

    for event in (succeeded, failed, failed, succeeded):
        chain.tell(event)

    assert chain.states(REPORT, MAIL) == ["ENABLED", "ENABLED"]


def test_drift_is_told_once(chain: Mapped) -> None:
    chain.world.gates.set_state(INGEST, "DISABLED")

    told = [chain.reconcile()["drift"] for _ in range(2)]
    chain.world.gates.set_state(INGEST, "ENABLED")
    chain.reconcile()
    chain.world.gates.set_state(INGEST, "DISABLED")
    told.append(chain.reconcile()["drift"])

    assert [len(each) for each in told] == [1, 0, 1]


def test_the_notice_says_what_is_closed_why_what_is_blocked_and_what_opens_it(chain: Mapped) -> None:
    fail_ingest(chain)
    recover(chain, "ingest")

    closed, opened = (notice.splitlines() for notice in chain.told)
    assert closed[:2] == [
        "ingest failed at 2026-11-22 01:04 UTC.",
        "Closed: report (rule/start-report): ingest failed at 2026-11-22 01:04 UTC.",
    ]
    assert closed[3] == "Blocked by ingest: report, mail."
    assert closed[4] == (
        "They open when ingest has succeeded; sooner: invoke rule_toggler with "
        '{"action": "enable", "targets": ["rule/start-report", "schedule/default/start-mail"], '
        '"owner": "ingest"}.'
    )
    assert closed[5].endswith(":execution:ingest:00000000-0000-4000-8000-000000000003")
    assert opened[:2] == [
        "ingest is well again.",
        "Opened: report (rule/start-report): ingest is well, and nobody else holds it.",
    ]


def test_the_tick_has_a_gate_closed_before_it_would_start_on_what_is_late(chain: Mapped) -> None:
    (run,) = chain.pass_time(2 * HOUR)
    chain.pass_time(HOUR + 54 * MINUTE)  # 02:58:05, and the ingest still runs
    chain.tick()
    chain.deliver()
    closed = chain.states(REPORT, MAIL)
    chain.pass_time(10 * MINUTE)
    chain.tell(chain.end(run, "SUCCEEDED"))

    assert closed == ["DISABLED", "ENABLED"]
    assert runs_of(chain, "report")[-1].startswith("missed-20261122T030000Z-")


def test_the_tick_leaves_a_gate_alone_whose_upstream_has_succeeded_and_nobody_was_told(chain: Mapped) -> None:
    (run,) = chain.pass_time(2 * HOUR)
    chain.end(run, "SUCCEEDED")
    chain.pass_time(HOUR + 54 * MINUTE)

    chain.tick()
    chain.deliver()

    assert chain.states(REPORT, MAIL) == ["ENABLED", "ENABLED"]


def test_a_success_opens_nothing_that_another_upstream_has_missed_unseen(chain: Mapped) -> None:
    fail_ingest(chain)
    chain.pass_time(3 * HOUR + 55 * MINUTE)  # nobody has seen that the report missed its start at 03:00

    recover(chain, "ingest")

    assert chain.states(REPORT, MAIL) == ["ENABLED", "DISABLED"]
    assert chain.owners(MAIL) == {"report"}


def test_what_a_person_opens_with_a_request_is_made_up_for_at_once(chain: Mapped) -> None:
    fail_ingest(chain)
    chain.pass_time(3 * HOUR)

    request = {"action": "enable", "targets": [REPORT], "owner": "ingest"}
    chain.simulation.invoke("rule_toggler", request)

    assert runs_of(chain, "report")[-1].startswith("missed-20261122T030000Z-")


def test_a_pipeline_that_is_upstream_no_more_lets_go(chain: Mapped, tmp_path: Path) -> None:
    fail_ingest(chain)
    put_map(chain.simulation, tmp_path / "other", CHAIN.replace('blocks = ["report"]', ""))

    chain.reconcile()

    assert chain.states(REPORT, MAIL) == ["ENABLED", "ENABLED"]


def test_what_was_never_looked_at_closes_nothing(simulation: Simulation, tmp_path: Path) -> None:
    mapped = make_chain(simulation, tmp_path / "map")
    mapped.world.step_functions.delete_machine(mapped.arn("ingest"))

    with pytest.raises(GatesNotReconciled, match="StateMachineNotFound"):
        mapped.reconcile()

    assert mapped.states(REPORT) == ["ENABLED"]


def test_what_a_person_opens_in_the_console_is_made_up_for(chain: Mapped) -> None:
    fail_ingest(chain)
    chain.pass_time(3 * HOUR)
    chain.world.gates.set_state(REPORT, "ENABLED")
    chain.pass_time(2 * MINUTE)

    chain.reconcile()

    assert runs_of(chain, "report")[-1].startswith("missed-20261122T030000Z-")
    assert chain.states(REPORT) == ["ENABLED"]


def test_a_map_with_a_mistake_does_not_keep_people_from_closing_gates(chain: Mapped, tmp_path: Path) -> None:
    put_map(chain.simulation, tmp_path / "mistaken", CHAIN.replace('"1h"', '"1 hour"'))

    (answer,) = chain.simulation.invoke("rule_toggler", {"action": "disable", "targets": [REPORT]})

    assert answer["after"] == "DISABLED"
