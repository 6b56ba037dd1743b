"""One map: what fails closes all that depends on it; a success opens it, and makes up for missed starts."""

from collections.abc import Iterator

import pytest

from local.chain import AUDIT, GATES, INGEST, MAIL, REPORT, Chain
from local.deployed import Operator
from local.slack import Slack
from tests.e2e.support.maps import a_day_passes, closed_an_hour_ago, fail, well_running
from tests.e2e.support.resources import name_of

OPEN, CLOSED = "ENABLED", "DISABLED"


@pytest.fixture
def made(operator: Operator) -> Iterator[Chain]:
    with well_running(operator) as running:
        yield running


def become(operator: Operator, made: Chain, **states: str) -> None:
    """Waits until gates are open or closed, by the last words of their pipelines' names."""
    wanted = {GATES[name]: state for name in GATES for word, state in states.items() if name.endswith(word)}
    operator.until(f"gates become {states}", lambda: wanted.items() <= made.states().items())


def made_up(made: Chain, pipeline: str) -> list[str]:
    return [run["name"] for run in made.runs(pipeline) if run["name"].startswith("missed-")]


def test_a_chain_closes_and_opens_again_with_one_run_for_what_was_missed(
    operator: Operator, made: Chain
) -> None:
    operator.client("events").disable_rule(Name="start-audit")
    before = made.gates()
    fail(operator, made, INGEST)
    become(operator, made, report=CLOSED, mail=CLOSED)
    closed_an_hour_ago(made, REPORT, MAIL)
    a_day_passes(operator, made, REPORT)  # it has missed its start, and so the mail has to wait for it, too
    operator.invoke("GateReconciler", {})
    owners = made.owners(MAIL)
    operator.finished(made.start(INGEST, "again"))
    become(operator, made, report=OPEN, mail=OPEN)
    operator.until("the mail is made up for", lambda: made_up(made, MAIL))

    assert owners == {INGEST, REPORT}
    assert len(made_up(made, REPORT)) == 1
    (run,) = [run for run in made.runs(REPORT) if run["name"].startswith("missed-")]
    assert operator.describe(run["executionArn"])["input"] == {"by": "rule"}
    assert made.states()[GATES[AUDIT]] == CLOSED
    assert made_up(made, AUDIT) == []
    assert made.gates() == before


def test_a_lost_event_is_found_by_the_reconciler_and_told(
    operator: Operator, made: Chain, slack: Slack
) -> None:
    told = len(slack.messages)
    operator.client("events").disable_rule(Name=name_of(operator, "FollowPipelinesRule"))
    fail(operator, made, INGEST)

    operator.invoke("GateReconciler", {})

    assert {gate: made.states()[gate] for gate in (GATES[REPORT], GATES[MAIL])} == {
        GATES[REPORT]: CLOSED,
        GATES[MAIL]: CLOSED,
    }
    operator.until("people are told", lambda: len(slack.messages) > told)


def test_a_gate_that_a_person_opens_stays_open(operator: Operator, made: Chain) -> None:
    fail(operator, made, INGEST)
    become(operator, made, report=CLOSED, mail=CLOSED)

    operator.client("events").enable_rule(Name="start-report")
    operator.invoke("GateReconciler", {})
    answer = operator.invoke("GateReconciler", {})

    assert answer["repaired"] == []
    assert made.states()[GATES[REPORT]] == OPEN
    assert made.states()[GATES[MAIL]] == CLOSED


def test_a_person_lets_go_of_a_gate_for_a_pipeline_that_has_failed(operator: Operator, made: Chain) -> None:
    fail(operator, made, INGEST)
    become(operator, made, report=CLOSED, mail=CLOSED)

    operator.invoke("RuleToggler", {"action": "enable", "targets": [GATES[REPORT]], "owner": INGEST})
    operator.invoke("GateReconciler", {})

    assert made.states()[GATES[REPORT]] == OPEN
    assert made.states()[GATES[MAIL]] == CLOSED
